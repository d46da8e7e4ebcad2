import { expect, test } from 'vitest';
import { createSupervisor } from './service.ts';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

test('a part that fails or ends early is started again, with a pause that doubles', async () => {
  const pauses: number[] = [];
  let runs = 0;
  const steady = Promise.withResolvers<void>();
  const supervisor = createSupervisor({ firstPauseMs: 1, onFailure: ({ pauseMs }) => pauses.push(pauseMs) });
  supervisor.start({
    name: 'relay',
    run: async (signal) => {
      runs += 1;
      if (runs === 1) throw new Error('broken');
      if (runs === 2) return;
      if (runs === 3) throw new Error('broken again');
      steady.resolve();
      await untilAborted(signal);
    },
  });
  await steady.promise;
  await supervisor.stop();
  expect(pauses).toEqual([1, 2, 4]);
  expect(supervisor.waiting()).toEqual([]);
});

test('stopping drains all, then ends the parts in reverse order, and waits for none for ever', async () => {
  const order: string[] = [];
  const supervisor = createSupervisor({ stopMsMax: 20, onFailure: () => undefined });
  for (const name of ['first', 'second']) {
    supervisor.start({
      name,
      run: async (signal) => {
        await untilAborted(signal);
        order.push(`${name} ended`);
      },
      drain: async () => {
        order.push(`${name} drained`);
      },
    });
  }
  supervisor.start({ name: 'hanging', run: () => new Promise(() => undefined) });
  await supervisor.stop();
  await supervisor.stop();
  expect(order).toEqual(['second drained', 'first drained', 'second ended', 'first ended']);
  expect(() => supervisor.start({ name: 'late', run: untilAborted })).toThrow(
    /late was started after the stop/,
  );
});

test('a part that waits for its next start is named', async () => {
  const failed = Promise.withResolvers<void>();
  const supervisor = createSupervisor({ firstPauseMs: 60_000, onFailure: () => failed.resolve() });
  supervisor.start({ name: 'sweeper', run: async () => Promise.reject(new Error('no')) });
  await failed.promise;
  expect(supervisor.waiting()).toEqual(['sweeper']);
  await supervisor.stop();
});
