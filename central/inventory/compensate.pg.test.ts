/** Goal: the policy makes a refused hold good once, from the best store, whatever crashes in between. */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { batchSettings } from '../testing/batch-settings.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { TestTill } from './authority.contract.ts';
import { Authority } from './authority.ts';
import { type CompensationBook, type CompensationParts, compensateOpen, POLICY_NAME } from './compensate.ts';
import { audit } from './postgres-audit.ts';
import { createCompensationBook } from './postgres-compensation.ts';
import { readConflictReport } from './postgres-conflict-report.ts';
import { PostgresLedger } from './postgres-ledger.ts';
import { findTransfer, listConflicts, listTransfers } from './postgres-reads.ts';

const here = derivedUuid('here');
const near = derivedUuid('near');
const far = derivedUuid('far');
const quiet = { batchDecided() {}, batchFailed() {}, refused() {} };
let databases: TestDatabases;
let pool: Pool;
let authority: Authority;
let book: CompensationBook;
let parts: CompensationParts;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  pool = createPool(databases.urls.inventory.runtimeUrl, { max: 6, applicationName: 'gondola test' });
  authority = new Authority(new PostgresLedger(pool), batchSettings(), quiet, { monotonicMs: () => 0 });
  const places = new Map([
    [here, { latitude: 0, longitude: 0 }],
    [near, { latitude: 0, longitude: 1 }],
    [far, { latitude: 0, longitude: 9 }],
  ]);
  book = createCompensationBook(pool, { places: async () => places });
  parts = { book, authority };
  await receive(near, 3);
  await receive(far, 90);
});
afterEach(async () => {
  await authority.stop();
  await pool.end();
  await databases.drop();
});

async function push(till: TestTill): Promise<void> {
  const { identity, records } = till;
  await authority.submit({ kind: 'journal', identity, firstSequence: 1, records });
}

async function receive(storeId: string, quantity: number): Promise<void> {
  const till = new TestTill(`till of ${storeId}`, storeId);
  till.write({ type: 'receive', lines: [{ sku: 'tea', quantity }] });
  await push(till);
}

/** A till of this store promised tea that was not there. */
async function refuse(name: string, quantity: number): Promise<void> {
  const till = new TestTill(name, here);
  till.write({ type: 'reserve', reservationId: derivedUuid(name), sku: 'tea', quantity });
  await push(till);
}

const transfers = () => listTransfers(pool, { storeId: here, state: null, limit: 10 });

it('asks the nearest store that has enough, once, and signs as the policy', async () => {
  await refuse('one', 2);
  expect([await compensateOpen(parts), await compensateOpen(parts)]).toEqual([1, 0]);
  const [transfer] = await transfers();
  expect(transfer).toMatchObject({ fromStoreId: near, toStoreId: here, state: 'REQUESTED' });
  const [conflict] = await listConflicts(pool, { storeId: here, state: 'OPEN', limit: 10 });
  const report = await readConflictReport(
    pool,
    { places: book.places, clockErrors: async () => new Map(), sameCategory: async () => new Map() },
    conflict?.conflictId ?? '',
  );
  expect(report?.compensation).toEqual({ transferId: transfer?.transferId, by: POLICY_NAME });
  expect(await audit(pool)).toMatchObject({ gaps: 0, ledgerMismatches: 0, eventMismatches: 0 });
});

it('goes on to the next store when the first has no more, and gives up when none has enough', async () => {
  await refuse('one', 3);
  await refuse('two', 2);
  await refuse('three', 200);
  expect(await compensateOpen(parts)).toBe(2);
  expect((await transfers()).map((one) => one.fromStoreId).sort()).toEqual([near, far].sort());
});

it('a crash between the transfer and its note asks no second store', async () => {
  await refuse('one', 3);
  const note = async () => {
    throw new Error('crash');
  };
  const crashing = { ...parts, book: { ...book, note } };
  await expect(compensateOpen(crashing)).rejects.toThrow('crash');
  expect(await transfers()).toHaveLength(1);
  expect(await compensateOpen(parts)).toBe(1);
  const [only, ...others] = await transfers();
  expect(others).toEqual([]);
  expect(await findTransfer(pool, only?.transferId ?? '')).toMatchObject({ fromStoreId: near });
});

it('two processes at the same conflict ask for one transfer', async () => {
  await refuse('one', 2);
  const second = new Authority(new PostgresLedger(pool), batchSettings(), quiet, { monotonicMs: () => 0 });
  await Promise.all([compensateOpen(parts), compensateOpen({ ...parts, authority: second })]);
  await compensateOpen(parts);
  expect(await transfers()).toHaveLength(1);
  await second.stop();
});
