/**
 * Goal: a relay that is frozen anywhere is replaced when its lease ends, and when it wakes it moves nothing: no event is
 * missed, and the cursor never goes back.
 *
 * Method: a process is stopped by SIGSTOP before and after each statement of its first rounds; a second relay of the same
 * name takes over by itself, on the real lease; SIGCONT. A trigger of the test writes down every move of each cursor.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { RELAY_EVENTS_MAX } from '@gondola/shared/lib/limits.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEventLog } from '../events/postgres-event-log.ts';
import { createRelayCursor } from '../events/postgres-relay-cursor.ts';
import { createRelay } from '../events/relay.ts';
import { TestTill } from '../inventory/authority.contract.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import {
  type FreezePoint,
  freezeAtGate,
  type GatedNode,
  inParallel,
  pointsOf,
  startGatedNode,
  thaw,
} from './testing/frozen.ts';
import { openAuthority } from './testing/open-authority.ts';
import type { Said } from './testing/programs.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, timeoutMs } from './testing/seeded.ts';

const FROZEN_NODE = 'gondola frozen';
/** Frozen processes cost nothing: all of them wait for the same real lease. */
const FROZEN_AT_ONCE = 20;
/** The relay's lease of 10 s and its look every 2 s, and time for two busy cores. */
const TAKEN_OVER_WITHIN_MS = 20_000;
/** Two pages and a bit, so that a relay is frozen in the first, the second and the last. */
const EVENTS_MIN = RELAY_EVENTS_MAX * 2 + 10;
const storeId = derivedUuid('store');

let databases: TestDatabases;
let pool: Pool;
let owner: Pool;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  const { runtimeUrl, ownerUrl } = databases.urls.inventory;
  pool = createPool(runtimeUrl, { max: 8, applicationName: 'gondola other' });
  owner = createPool(ownerUrl, { max: 2, applicationName: 'gondola test owner' });
  await owner.query(`
    create table cursor_moves (number bigint generated always as identity, relay text, epoch bigint, position bigint, application text);
    create function note_move() returns trigger language plpgsql security definer as $$
    begin
      insert into cursor_moves (relay, epoch, position, application)
      values (new.relay, new.epoch, new.position, current_setting('application_name'));
      return new;
    end $$;
    create trigger note_move after insert or update on relay_cursors for each row execute function note_move()`);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await Promise.all([pool.end(), owner.end()]);
  await databases.drop();
});

async function writeEvents(): Promise<number> {
  const authority = openAuthority(pool);
  const till = new TestTill('one', storeId);
  const { position: start } = await authority.head();
  for (let position = start; position < start + EVENTS_MIN; position = (await authority.head()).position) {
    const first = till.head.sequence + 1;
    for (let count = 0; count < 100; count += 1)
      till.write({ type: 'receive', lines: [{ sku: `sku-${count}`, quantity: 1 }] });
    await authority.submit({
      kind: 'journal',
      identity: till.identity,
      firstSequence: first,
      records: till.records.slice(first - 1),
    });
  }
  return (await authority.head()).position;
}

/** Another relay of the same name, in this process; answers what it has published. */
function startOther(relay: string): number[] {
  const published: number[] = [];
  const log = createEventLog('inventory', pool, databases.urls.inventory.runtimeUrl);
  const publisher = {
    publish: async (_source: string, events: readonly { readonly position: number }[]) => {
      published.push(...events.map(({ position }) => position));
    },
  };
  const stopping = new AbortController();
  const running = createRelay(log, createRelayCursor(pool, relay, `other ${relay}`), publisher).run(
    stopping.signal,
  );
  closers.push(async () => {
    stopping.abort();
    await running;
  });
  return published;
}

async function cursorOf(relay: string): Promise<number> {
  const { rows } = await pool.query<{ position: number }>(
    'select position from relay_cursors where relay = $1',
    [relay],
  );
  return rows[0]?.position ?? 0;
}

const isClaim = ({ said, point, text }: Said): boolean =>
  said === 'passes' && point === 'after' && String(text).includes('set epoch =');

/** Everything the frozen relay published, once it has woken and ended the round that it was in. */
async function publishedByWoken(node: GatedNode): Promise<number[]> {
  node.program.takeHeard(isClaim);
  thaw(node);
  // The first claim may belong to the round it was frozen in; the second comes after it.
  await node.program.hear(isClaim);
  await node.program.hear(isClaim);
  return node.program
    .takeHeard(({ said }) => said === 'published')
    .flatMap((line) => line['positions'] as number[]);
}

const expectInOrder = (positions: readonly number[]) =>
  expect(positions).toEqual([...positions].sort((left, right) => left - right));

test(
  'stopped before and after every statement of its rounds, a relay is replaced, and moves nothing when it wakes',
  async () => {
    const head = await writeEvents();
    const url = databases.urls.inventory.runtimeUrl;
    const rehearsing = await startGatedNode({ url, name: FROZEN_NODE });
    rehearsing.tell({ do: 'relay', relay: 'rehearsal' });
    const advances = Math.ceil(head / RELAY_EVENTS_MAX);
    let seen = 0;
    const points = await pointsOf(
      rehearsing,
      (text) => text.includes('set position =') && ++seen === advances,
    );
    await rehearsing.program.end('SIGKILL');
    const takenOverMs: number[] = [];
    await inParallel(points, FROZEN_AT_ONCE, async ({ point, statement, text }: FreezePoint) => {
      const relay = `${point} ${statement}: ${text}`;
      const node = await startGatedNode({ url, name: FROZEN_NODE }, { point, statement });
      closers.push(() => node.program.end('SIGKILL'));
      node.tell({ do: 'relay', relay });
      await freezeAtGate(node);
      const started = performance.now();
      const other = startOther(relay);
      await expect.poll(() => cursorOf(relay), { timeout: TAKEN_OVER_WITHIN_MS, interval: 200 }).toBe(head);
      takenOverMs.push(performance.now() - started);
      const published = await publishedByWoken(node);
      expectInOrder(published);
      expectInOrder(other);
      expect([relay, new Set([...published, ...other]).size]).toEqual([relay, head]);
      await node.program.end('SIGKILL');
    });
    const { rows } = await owner.query<{ relay: string }>(`
    select relay from (select relay, epoch, position,
        lag(epoch) over of_relay as epoch_before, lag(position) over of_relay as position_before
      from cursor_moves window of_relay as (partition by relay order by number)) as moved
    where epoch < epoch_before or position < position_before`);
    expect(rows).toEqual([]);
    figure('frozen relay', { points: points.length, worstTakeOverMs: Math.round(Math.max(...takenOverMs)) });
    await expectCleanRecount(pool);
  },
  timeoutMs(120_000),
);
