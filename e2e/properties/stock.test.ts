import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsOf, LEASES, POOLS } from './model-pool.ts';
import { PROOF_TIMEOUT_MS, prove } from './proof.ts';
import { type Command, commands, HOUSEKEEPING, OPERATIONS, SKUS } from './stock-commands.ts';
import { StockModel } from './stock-model.ts';
import { StockWorld, storeIdOf, tillIdOf } from './stock-world.ts';

const FILE = 'e2e/properties/stock.test.ts';

const ALL_POOLS = new Set(POOLS.map(({ store, sku }) => `${storeIdOf(store)}/${SKUS[sku]}`));
/** Sequences that never get here would prove little. */
const DEEP_OUTCOMES = [
  'reserve-allotted ACCEPTED',
  'commit ACCEPTED',
  'commit-part ACCEPTED',
  'release ACCEPTED',
  'transfer-request ACCEPTED',
  'transfer-cancel ACCEPTED',
  'grant leased',
  'deal leased',
];
const DEEP_MIN = 30;

test(
  'decides every sequence as plain arithmetic does',
  () => {
    const title = 'decides every sequence as plain arithmetic does';
    const seen = new Map<string, number>();
    const property = fc.property(commands, (sequence) => {
      const world = new StockWorld();
      const model = new StockModel();
      for (const command of sequence) {
        const { verdict, leased, touched } = world.play(command);
        const expected = model.play(command);
        if (verdict !== expected) throw new Error(`${command.kind}: ${verdict} instead of ${expected}`);
        if (command.kind === 'deal')
          for (const { till, quantity } of leased) model.lease(command.store, command.sku, till, quantity);
        const outcome = `${command.kind} ${verdict ?? (leased.length > 0 ? 'leased' : 'kept house')}`;
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        compare(world, model, command.kind, touched);
        if (command.kind === 'deal') expectNothingWaitsInVain(world, command);
      }
      compare(world, model, 'end', ALL_POOLS);
    });
    prove({ file: FILE, title }, { quick: 6_000, soak: 1_000_000 }, property);
    for (const kind of [...OPERATIONS, ...HOUSEKEEPING])
      expect([...seen.keys()].some((outcome) => outcome.startsWith(`${kind} `))).toBe(true);
    for (const outcome of DEEP_OUTCOMES) expect(seen.get(outcome) ?? 0).toBeGreaterThan(DEEP_MIN);
  },
  PROOF_TIMEOUT_MS,
);

function compare(world: StockWorld, model: StockModel, kind: string, touched: ReadonlySet<string>): void {
  for (const { store, sku } of POOLS) {
    if (!touched.has(`${storeIdOf(store)}/${SKUS[sku]}`)) continue;
    const where = `${kind}: pool ${store}/${SKUS[sku]}`;
    const key = `${storeIdOf(store)}/${SKUS[sku]}`;
    const { pool, version } = world.book.poolState(storeIdOf(store), SKUS[sku] ?? '');
    const expected = bucketsOf(model.pool(store, sku));
    const sums = world.sums.get(key) ?? { F: 0, V: 0, Q: 0, X: 0, D: 0, W: 0 };
    const summed = { free: sums.F, held: sums.V, allotted: sums.Q, inDoubt: sums.X, deficit: -sums.D };
    for (const bucket of ['free', 'held', 'allotted', 'inDoubt', 'deficit'] as const) {
      if (pool[bucket] < 0) throw new Error(`${where}: ${bucket} is below zero`);
      if (pool[bucket] !== expected[bucket])
        throw new Error(`${where}: ${bucket} is ${pool[bucket]}, not ${expected[bucket]}`);
      // Minus zero is zero.
      if (pool[bucket] !== summed[bucket] + 0) throw new Error(`${where}: ${bucket} is not its ledger's sum`);
    }
    if (pool.free > 0 && pool.deficit > 0) throw new Error(`${where}: free beside a deficit`);
    const total = pool.free + pool.held + pool.allotted + pool.inDoubt - pool.deficit;
    if (total + sums.W !== 0) throw new Error(`${where}: units came from nowhere`);
    if (version !== (world.eventCounts.get(key) ?? 0)) throw new Error(`${where}: its version skips events`);
  }
  for (const { store, sku, till } of LEASES)
    if (touched.has(`${storeIdOf(store)}/${SKUS[sku]}`)) compareLease(world, model, store, sku, till, kind);
}

function compareLease(
  { book }: StockWorld,
  model: StockModel,
  store: number,
  sku: number,
  till: number,
  kind: string,
): void {
  const actual = book
    .allotments(storeIdOf(store), SKUS[sku] ?? '')
    .find((one) => one.tillId === tillIdOf(store, till));
  const expected = model.pool(store, sku).leases.get(till);
  const where = `${kind}: lease ${store}/${SKUS[sku]}/${till}`;
  for (const figure of ['granted', 'consumed', 'held', 'surrendered'] as const)
    if ((actual?.[figure] ?? 0) !== (expected?.[figure] ?? 0))
      throw new Error(`${where}: ${figure} is ${actual?.[figure]}, not ${expected?.[figure]}`);
  if ((actual?.state ?? 'SETTLED') !== (expected?.state ?? 'SETTLED'))
    throw new Error(`${where}: it is ${actual?.state}, not ${expected?.state}`);
  if (actual === undefined) return;
  const { granted, consumed, held, surrendered } = actual;
  if (Math.min(consumed, held, surrendered) < 0 || consumed + held + surrendered > granted)
    throw new Error(`${where}: more is taken than was granted`);
}

/** After dealing, a deficit waits for siblings only while something is owed and one of them could repay it. */
function expectNothingWaitsInVain({ book }: StockWorld, { store, sku }: Command): void {
  const storeId = storeIdOf(store);
  const { deficit, allotted, inDoubt } = book.poolState(storeId, SKUS[sku] ?? '').pool;
  const waiting = book.pendingOf(storeId, SKUS[sku] ?? '').length;
  if (waiting > 0 && (deficit === 0 || allotted + inDoubt === 0))
    throw new Error(`deal: ${waiting} deficits wait for nobody`);
}
