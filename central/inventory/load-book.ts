import type { Operation, Reservation } from './model.ts';
import { type LedgerTransaction, type PoolKey, poolKeyText } from './ports.ts';
import { WorkingBook } from './working-book.ts';

/**
 * Locks the pools that the operations and the sweeper touch, in key order, and reads all that deciding needs.
 *
 * Reservations are read twice: once to learn their pools (which never change), and again under the pools' locks, since
 * another node may have ended one in between.
 */
export async function loadBook(
  tx: LedgerTransaction,
  logId: string,
  operations: readonly Operation[],
  expiryPools: readonly PoolKey[],
  now: string,
): Promise<{ readonly book: WorkingBook; readonly touched: readonly PoolKey[] }> {
  const reservationIds = [...new Set(operations.flatMap(reservationIdsOf))];
  const before = reservationIds.length === 0 ? [] : await tx.findReservations(reservationIds);
  const touched = sortedKeys([...operations.flatMap(poolsOf), ...before, ...expiryPools]);
  const pools = touched.length === 0 ? new Map() : await tx.lockPools(touched);
  const reservations = before.length === 0 ? [] : await tx.findReservations(reservationIds);
  const overdue = touched.length === 0 ? [] : await tx.findOverdue(touched, now);
  const histories = await readHistories(tx, logId, operations);
  return {
    book: new WorkingBook({ logId, pools, reservations: distinct([...reservations, ...overdue]), histories }),
    touched,
  };
}

function reservationIdsOf(operation: Operation): string[] {
  if (!operation.readable) return [];
  const { body } = operation;
  if ('reservationId' in body && typeof body.reservationId === 'string') return [body.reservationId];
  if (body.type === 'sell') return body.lines.flatMap((line) => line.reservationId ?? []);
  return [];
}

function poolsOf(operation: Operation): PoolKey[] {
  if (!operation.readable) return [];
  const { storeId, body } = operation;
  switch (body.type) {
    case 'reserve':
    case 'count':
      return [{ storeId, sku: body.sku }];
    case 'sell':
    case 'return':
    case 'receive':
      return body.lines.map((line) => ({ storeId, sku: line.sku }));
    case 'commit':
    case 'release':
      return [];
  }
}

/** One read per counted pool, from the lowest cut of this batch. Stocktakes are rare; most batches read nothing here. */
async function readHistories(tx: LedgerTransaction, logId: string, operations: readonly Operation[]) {
  const cuts = new Map<string, { readonly key: PoolKey; readonly position: number }>();
  for (const operation of operations) {
    if (!operation.readable || operation.body.type !== 'count') continue;
    const { sku, checkpoint } = operation.body;
    if (checkpoint.logId !== logId) continue;
    const text = poolKeyText(operation.storeId, sku);
    const position = Math.min(checkpoint.position, cuts.get(text)?.position ?? Number.POSITIVE_INFINITY);
    cuts.set(text, { key: { storeId: operation.storeId, sku }, position });
  }
  const histories = new Map();
  for (const [text, { key, position }] of cuts) histories.set(text, await tx.readHistory(key, position));
  return histories;
}

function sortedKeys(keys: readonly PoolKey[]): PoolKey[] {
  const byText = new Map(keys.map(({ storeId, sku }) => [poolKeyText(storeId, sku), { storeId, sku }]));
  return [...byText].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, key]) => key);
}

function distinct(reservations: readonly Reservation[]): Reservation[] {
  return [...new Map(reservations.map((one) => [one.reservationId, one])).values()];
}
