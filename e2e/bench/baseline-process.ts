/** A client process of the usual design. Started by postgres-baseline.ts. */
import { seededRandom } from '../replay/seeded-random.ts';
import type { BaselineAnswer, BaselineRequest } from './baseline-messages.ts';
import type { ChainSize } from './chain.ts';
import { QUANTITY_MAX_UNITS } from './plan.ts';
import { type BaselineConnection, type BaselineForm, connectBaseline } from './postgres-reserve.ts';

interface Opened {
  readonly connections: readonly BaselineConnection[];
  readonly form: BaselineForm;
  readonly size: ChainSize;
  readonly random: { next(): number };
}

const WARM_UP_SECONDS = 0.5;

const state: { opened: Opened | null } = { opened: null };

async function answer(request: BaselineRequest): Promise<BaselineAnswer> {
  if (request.kind === 'open') {
    await close();
    const { url, size, seed, form } = request;
    const connections = await Promise.all(
      Array.from({ length: request.connections }, () => connectBaseline(url)),
    );
    state.opened = { connections, form, size, random: seededRandom(seed) };
    await run(state.opened, WARM_UP_SECONDS);
    return { kind: 'opened' };
  }
  if (state.opened === null) throw new Error('the client process was not opened');
  return { kind: 'ran', perSecond: await run(state.opened, request.seconds) };
}

async function close(): Promise<void> {
  await Promise.all(state.opened?.connections.map((connection) => connection.close()) ?? []);
  state.opened = null;
}

async function run({ connections, form, size, random }: Opened, seconds: number): Promise<number> {
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1_000;
  let done = 0;
  const work = async (connection: BaselineConnection) => {
    while (performance.now() < endMs) {
      const store = 1 + Math.floor(random.next() * size.stores);
      const item = 1 + Math.floor(random.next() * size.items);
      const quantity = 1 + Math.floor(random.next() * QUANTITY_MAX_UNITS);
      await connection.reserve(form, { store, item, quantity });
      done += 1;
    }
  };
  await Promise.all(connections.map(work));
  return done / ((performance.now() - startedMs) / 1_000);
}

process.on('message', (request: BaselineRequest) => {
  answer(request)
    .catch((error: unknown): BaselineAnswer => {
      return { kind: 'failed', sentence: error instanceof Error ? error.message : String(error) };
    })
    .then((said) => process.send?.(said));
});
process.on('disconnect', () => process.exit(0));
