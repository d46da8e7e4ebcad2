/**
 * Goal: a read replica takes the reads that may be old, says how old they are at most, and is nothing anybody depends on.
 *
 * Method: a central process over a real Postgres with a real streaming standby. Its replay is paused, so that what comes
 * from it can be told from what comes from the primary; then it is frozen, and killed.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sell } from '../inventory/authority.contract.ts';
import { type CentralNode, type ChainOfNodes, startChain } from './testing/centrals.ts';
import { freePort, type Standby, startStandby } from './testing/postgres-standby.ts';
import { figure } from './testing/seeded.ts';
import { askApi, enrolTill, type ReadAnswer, readApi, storeId, type WebTill } from './testing/web.ts';

const REPLICA_READS = 'gondola inventory replica reads';
/** An answer that a frozen replica delays, with what the primary and a busy machine take. */
const FROZEN_ANSWER_MS_MAX = 6_000;
const freshMs = 1_000;
const anyAge = { 'cache-control': 'max-age=999999' };
const noAge = { 'cache-control': 'no-cache' };

let chain: ChainOfNodes;
let node: CentralNode;
let standby: Standby;
let till: WebTill;

beforeAll(async () => {
  const port = await freePort();
  chain = await startChain({
    nodes: 1,
    stock: new Map([['tea', 2]]),
    environment: { READ_DATABASE_URL: `postgres://127.0.0.1:${port}`, ALLOTMENTS: 'off' },
  });
  const [first] = chain.nodes;
  if (first === undefined) throw new Error('one node was asked for');
  node = first;
  standby = await startStandby(chain.adminUrl, port);
  till = await enrolTill(node, 'one');
});

afterAll(async () => {
  await standby?.stop();
  await chain?.stop();
});

/** Sells one unit more than there is: a conflict. Answers the position up to which the till was acknowledged. */
async function sellBeyond(): Promise<void> {
  till.journal.write(sell('tea', 3));
  const { length } = till.journal.records;
  expect(await till.push(node, length, 1)).toMatchObject({ status: 200 });
}

const conflictsOf = (answer: ReadAnswer): number => answer.body.conflicts.length;

test('reads come from the replica and say their age, unless somebody depends on them', async () => {
  await expect
    .poll(async () => (await readApi(node, 'conflicts')).ageSeconds, { timeout: 20_000 })
    .not.toBeNull();
  await standby.ask('select pg_wal_replay_pause()');
  await expect
    .poll(async () => (await standby.ask('select pg_get_wal_replay_pause_state() as state'))[0])
    .toEqual({ state: 'paused' });
  await sellBeyond();
  const current = await readApi(node, 'conflicts', noAge);
  expect([conflictsOf(current), current.ageSeconds]).toEqual([1, null]);
  const [conflict] = current.body.conflicts;

  for (const path of ['conflicts', 'transfers', 'allotments', `conflicts?storeId=${storeId}`]) {
    const old = await readApi(node, path, anyAge);
    expect([old.status, old.ageSeconds], path).toEqual([200, expect.any(Number)]);
  }
  expect(conflictsOf(await readApi(node, 'conflicts', anyAge))).toBe(0);
  const seen = await readApi(node, 'conflicts', { ...anyAge, 'seen-position': String(conflict.position) });
  expect([conflictsOf(seen), seen.ageSeconds]).toEqual([1, null]);
  for (const wrong of ['max-age=soon', 'private', 'max-age=0']) {
    const read = await readApi(node, 'conflicts', { 'cache-control': wrong });
    expect([conflictsOf(read), read.ageSeconds], wrong).toEqual([1, null]);
  }

  // What a write is made on, and what a till pulls, is as it stands.
  const pool = await readApi(node, `inventory/${storeId}/tea`);
  expect(pool).toMatchObject({ ageSeconds: null, etag: `"${pool.body.version}"`, body: { deficit: 1 } });
  const oldPool = await readApi(node, `inventory/${storeId}/tea`, anyAge);
  expect(oldPool).toMatchObject({ ageSeconds: expect.any(Number), body: { deficit: 0, free: 2 } });
  expect(oldPool.etag).not.toMatch(/^"\d+"$/);
  const pulled = await till.pull(node);
  expect(pulled.body).toMatchObject({ inventory: { conflicts: [{ conflictId: conflict.conflictId }] } });

  // A conflict that the replica has not heard of is not unknown; acting on it needs no replica.
  const report = await readApi(node, `conflicts/${conflict.conflictId}`);
  expect(report).toMatchObject({ status: 200, ageSeconds: null, etag: `"${conflict.position}"` });
  const closing = { act: 'other', closingReason: 'counted', expectedPosition: conflict.position };
  const closed = await askApi(node, `conflicts/${conflict.conflictId}/close`, 'close', closing);
  expect(closed).toMatchObject({ status: 200, body: { state: 'CLOSED' } });

  // Its age grows while it replays nothing; what is too old is not given.
  await expect
    .poll(async () => (await readApi(node, 'conflicts', { 'cache-control': 'max-age=2' })).ageSeconds, {
      timeout: 10_000,
    })
    .toBeNull();
  const aged = await readApi(node, 'conflicts', anyAge);
  expect(aged.ageSeconds).toBeGreaterThanOrEqual(2);
  await standby.ask('select pg_wal_replay_resume()');
  await expect
    .poll(async () => {
      const read = await readApi(node, 'conflicts?state=CLOSED', { 'cache-control': 'max-age=30' });
      return [read.ageSeconds !== null, conflictsOf(read)];
    })
    .toEqual([true, 1]);
  const ofReplica = await readApi(node, `conflicts/${conflict.conflictId}`);
  expect(ofReplica).toMatchObject({ status: 200, ageSeconds: expect.any(Number) });
  expect(ofReplica.etag).not.toMatch(/^"\d+"$/);
});

test('a replica that is frozen costs one wait, and one that is gone costs nothing but its work', async () => {
  await expect.poll(async () => (await readApi(node, 'conflicts')).ageSeconds).not.toBeNull();
  await standby.freeze(REPLICA_READS);
  const waited = await readApi(node, 'conflicts');
  expect([waited.status, waited.ageSeconds]).toEqual([200, null]);
  expect(waited.ms).toBeLessThan(FROZEN_ANSWER_MS_MAX);
  const next = await readApi(node, 'conflicts');
  expect([next.status, next.ageSeconds]).toEqual([200, null]);
  expect(next.ms).toBeLessThan(freshMs);
  figure('reads while the replica is frozen', {
    firstMs: Math.round(waited.ms),
    nextMs: Math.round(next.ms),
  });
  standby.thaw();
  await expect
    .poll(async () => (await readApi(node, 'conflicts')).ageSeconds, { timeout: 30_000 })
    .not.toBeNull();
  await standby.stop();
  const without = await readApi(node, 'conflicts?state=CLOSED');
  expect(without).toMatchObject({ status: 200, ageSeconds: null });
  expect(conflictsOf(without)).toBe(1);
  await sellBeyond();
  expect(conflictsOf(await readApi(node, 'conflicts?state=OPEN'))).toBe(1);
});
