import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { type JournalHead, type SealedRecord, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { failure, success } from '@gondola/shared/lib/result.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import type { SyncError } from '../protocol/error.ts';
import type { Poke } from '../protocol/poke.ts';
import type { PullResponse } from '../protocol/pull.ts';
import type { PushRequest } from '../protocol/push.ts';
import { createSyncEngine } from './engine.ts';

/** Goal: the shell keeps what the machine says, over a journal, a centre and a clock that the test moves by hand. */

const logId = derivedUuid('log');
const identity = { storeId: derivedUuid('store'), tillId: derivedUuid('till'), life: 1 };

class TestJournal {
  readonly records: SealedRecord[] = [];
  append(): void {
    const last = this.records.at(-1);
    const head = last ?? { sequence: 0, hash: GENESIS_HASH };
    this.records.push(
      sealRecord(identity, head, {
        recordedAt: '2026-01-01T10:00:00.000Z',
        label: 'RECORDED',
        seen: null,
        body: { type: 'sell' },
      }),
    );
  }
  head(): JournalHead {
    return this.records.at(-1) ?? { sequence: 0, hash: GENESIS_HASH };
  }
  async read(first: number, max: number): Promise<SealedRecord[]> {
    return this.records.slice(first - 1, first - 1 + max);
  }
}

function world() {
  const journal = new TestJournal();
  const pushes: PushRequest[] = [];
  const timers: { delayMs: number; action: () => void }[] = [];
  const centre = {
    acknowledged: { sequence: 0, hash: GENESIS_HASH } as JournalHead,
    position: 0,
    pulls: 0,
    fault: null as SyncError | null,
    poke: (_: Poke) => {},
  };
  const page = () => ({
    checkpoint: { logId, position: centre.position },
    hasMore: false,
    head: centre.position,
    reset: false,
  });
  const replica = { position: -1, applied: 0 };
  /** Happens once, after the page was read and before it arrives. */
  const duringPull = { run: () => {} };
  const answer = <Value>(value: () => Value) =>
    Promise.resolve(centre.fault === null ? success(value()) : failure(centre.fault));
  const engine = createSyncEngine({
    tillId: 'till',
    life: 1,
    journal,
    clock: { wallMs: () => Date.parse('2026-01-01T10:00:00Z'), monotonicMs: () => 0 },
    random: { next: () => 0.5 },
    scheduler: {
      after: (delayMs, action) => {
        const timer = { delayMs, action };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, timers.includes(timer) ? 1 : 0);
      },
    },
    pokes: {
      connect: ({ onPoke }) => {
        centre.poke = onPoke;
      },
      close: () => {},
    },
    replica: {
      checkpoints: async () => ({
        inventory: replica.position < 0 ? null : { logId, position: replica.position },
        catalogue: null,
      }),
      applyInventory: async ({ checkpoint }) => {
        replica.position = checkpoint.position;
        replica.applied += 1;
      },
      applyCatalogue: async () => {},
    },
    transport: {
      hello: () =>
        answer(() => ({
          protocolVersion: 1,
          acknowledged: centre.acknowledged,
          inventoryHead: centre.position,
          catalogueHead: 0,
          centralTime: '2026-01-01T10:00:02.000Z',
        })),
      push: (request) =>
        answer(() => {
          pushes.push(request);
          const last = journal.records[request.firstSequence + request.records.length - 2];
          if (last !== undefined) centre.acknowledged = { sequence: last.sequence, hash: last.hash };
          centre.position += request.records.length;
          return { acknowledged: centre.acknowledged, inventoryHead: centre.position };
        }),
      pull: () => {
        centre.pulls += 1;
        const pulled = answer(
          (): PullResponse => ({
            inventory: {
              ...page(),
              ...{
                pools: [],
                reservations: [],
                verdicts: [],
                conflicts: [],
                transfers: [],
                policies: [],
                grants: null,
              },
            },
            catalogue: { ...page(), products: [], total: 0 },
            centralTime: '2026-01-01T10:00:02.000Z',
          }),
        );
        duringPull.run();
        duringPull.run = () => {};
        return pulled;
      },
    },
  });
  const until = (state: string) =>
    new Promise<void>((resolve) => {
      if (engine.status().state === state) return resolve();
      const stop = engine.subscribe((status) => {
        if (status.state !== state) return;
        stop();
        resolve();
      });
    });
  const fire = () => {
    for (const { action } of timers.splice(0)) action();
  };
  return { journal, pushes, timers, centre, replica, engine, until, fire, duringPull };
}

it('pushes in order, then pulls, then rests', async () => {
  const { journal, engine, until, pushes, replica, centre } = world();
  for (let count = 0; count < 450; count += 1) journal.append();
  engine.start();
  await until('live');
  expect(pushes.map(({ firstSequence, records }) => [firstSequence, records.length])).toEqual([
    [1, 200],
    [201, 200],
    [401, 50],
  ]);
  expect(replica.position).toBe(centre.position);
  expect(engine.status()).toMatchObject({
    acknowledgedSequence: 450,
    waiting: { count: 0, oldestRecordedAt: null },
    clockErrorMs: 2000,
  });
});

it('sends only what the journal holds, byte for byte', async () => {
  const { journal, engine, until, pushes } = world();
  journal.append();
  engine.start();
  await until('live');
  expect(pushes[0]?.records).toEqual([journal.records[0]?.raw]);
});

it('waits with a delay when the centre does not answer, and goes on by itself', async () => {
  const { journal, engine, until, centre, timers, fire } = world();
  journal.append();
  centre.fault = { kind: 'unreachable', message: 'cut' };
  engine.start();
  await until('offline');
  expect(engine.status()).toMatchObject({
    waiting: { count: 1, oldestRecordedAt: '2026-01-01T10:00:00.000Z' },
  });
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([250]);
  centre.fault = null;
  fire();
  await until('live');
  expect(engine.status().waiting.count).toBe(0);
});

it('sends again what the centre has lost by a restore', async () => {
  const { journal, engine, until, centre, pushes, fire } = world();
  journal.append();
  journal.append();
  engine.start();
  await until('live');
  centre.acknowledged = { sequence: 1, hash: journal.records[0]?.hash ?? '' };
  centre.fault = { kind: 'unreachable', message: 'restoring' };
  journal.append();
  engine.journalGrew();
  await until('offline');
  centre.fault = null;
  fire();
  await until('live');
  expect(pushes.at(-1)).toMatchObject({ firstSequence: 2 });
  expect(pushes.at(-1)?.records).toHaveLength(2);
});

it('a restored till: halts and sends nothing when the centre names a record it does not hold', async () => {
  const { journal, engine, until, centre, pushes } = world();
  journal.append();
  centre.acknowledged = { sequence: 1, hash: 'f'.repeat(64) };
  engine.start();
  await until('halted');
  expect(engine.status().problem?.kind).toBe('life-forked');
  expect(pushes).toEqual([]);
});

it('a centre that decides nothing is not asked again at once', async () => {
  const { journal, engine, until, centre } = world();
  journal.append();
  engine.start();
  await until('live');
  const pushesBefore = centre.acknowledged;
  journal.records.push({ sequence: 2, hash: 'e'.repeat(64), raw: '{}' });
  Object.defineProperty(centre, 'acknowledged', { get: () => pushesBefore, set: () => {} });
  engine.journalGrew();
  await until('offline');
  expect(engine.status().problem?.kind).toBe('sequence-gap');
});

it('converges by poll when no poke ever arrives, and at once by poke', async () => {
  const { engine, until, centre, replica, fire } = world();
  engine.start();
  await until('live');
  centre.position = 7;
  fire();
  await until('pulling');
  await until('live');
  expect(replica.position).toBe(7);
  centre.position = 9;
  centre.poke({ inventory: 9, catalogue: null });
  await until('pulling');
  await until('live');
  expect(replica.position).toBe(9);
});

it('pulls again for a poke that came while a pull was under way, also when that pull brought nothing', async () => {
  const { engine, until, centre, replica, duringPull } = world();
  engine.start();
  await until('live');
  duringPull.run = () => {
    centre.position = 5;
    centre.poke({ inventory: 5, catalogue: null });
  };
  centre.poke({ inventory: null, catalogue: null });
  await until('pulling');
  await until('live');
  expect(replica.position).toBe(5);
});

it('stops after the request under way and calls nothing afterwards', async () => {
  const { engine, until, centre, fire } = world();
  engine.start();
  await until('live');
  await engine.stop();
  const { pulls } = centre;
  fire();
  centre.poke({ inventory: 1, catalogue: null });
  expect([engine.status().state, centre.pulls]).toEqual(['stopped', pulls]);
});
