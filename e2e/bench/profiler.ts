/** CPU profiles of central, one per window, by the inspector that it was started with. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface Profiler {
  start(): Promise<void>;
  /** Writes what was sampled since `start` to `<name>.cpuprofile`. */
  stop(name: string): Promise<void>;
  close(): void;
}

const SAMPLE_EVERY_MICROSECONDS = 500;

interface InspectorAnswer {
  readonly id?: number;
  readonly result?: { readonly profile?: object };
}

export async function openProfiler(inspectorUrl: string, folder: string): Promise<Profiler> {
  await mkdir(folder, { recursive: true });
  const socket = new WebSocket(inspectorUrl);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('central’s inspector does not answer')), {
      once: true,
    });
  });
  const waiting = new Map<number, (answer: InspectorAnswer) => void>();
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as InspectorAnswer;
    if (answer.id === undefined) return;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let lastId = 0;
  const call = (method: string, params: object = {}) =>
    new Promise<InspectorAnswer>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROSECONDS });
  return {
    start: async () => void (await call('Profiler.start')),
    stop: async (name) => {
      const { result } = await call('Profiler.stop');
      await writeFile(path.join(folder, `${name}.cpuprofile`), JSON.stringify(result?.profile ?? {}));
    },
    close: () => socket.close(),
  };
}
