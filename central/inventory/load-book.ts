import type { Operation, Reservation, Transfer } from './model.ts';
import { type LedgerTransaction, type PoolKey, poolKeyText } from './ports.ts';
import { salvageText, WorkingBook } from './working-book.ts';

/** What a batch is about to look at, beyond the operations themselves. */
export interface BatchScope {
  readonly operations: readonly Operation[];
  /** From submissions that name pools. */
  readonly pools: readonly PoolKey[];
  readonly transferIds: readonly string[];
  /** Holds inside allotments of lives that are over. */
  readonly holds: readonly Reservation[];
}

/**
 * Reads all that deciding needs.
 *
 * Reservations and transfers are read twice: once to learn their pools (which never change), and again after the pools, so
 * that whatever changed one since has moved the version of a pool that the batch asks for. An id that was not there and is
 * now is a unique violation when the batch is written.
 */
export async function loadBook(
  tx: LedgerTransaction,
  logId: string,
  scope: BatchScope,
  now: string,
): Promise<{ readonly book: WorkingBook; readonly touched: readonly PoolKey[] }> {
  const { operations } = scope;
  const reservationIds = [
    ...new Set([...operations.flatMap(reservationIdsOf), ...scope.holds.map((one) => one.reservationId)]),
  ];
  const transferIds = [...new Set([...operations.flatMap(transferIdsOf), ...scope.transferIds])];
  const held = reservationIds.length === 0 ? [] : await tx.findReservations(reservationIds);
  const sent = transferIds.length === 0 ? [] : await tx.findTransfers(transferIds);
  const touched = sortedKeys([
    ...operations.flatMap(poolsOf),
    ...held,
    ...sent.flatMap(poolsOfTransfer),
    ...scope.pools,
  ]);
  const pools = touched.length === 0 ? new Map() : await tx.readPools(touched);
  const reservations =
    held.length === 0 ? [] : await tx.findReservations(held.map(({ reservationId }) => reservationId));
  const transfers = sent.length === 0 ? [] : await tx.findTransfers(sent.map(({ transferId }) => transferId));
  const holding = touched.filter((key) => (pools.get(poolKeyText(key.storeId, key.sku))?.pool.held ?? 0) > 0);
  const overdue = holding.length === 0 ? [] : await tx.findOverdue(holding, now);
  return {
    touched,
    book: new WorkingBook({
      logId,
      pools,
      transfers,
      reservations: distinct([...reservations, ...overdue]),
      histories: await readHistories(tx, logId, operations),
      allotments: touched.length === 0 ? [] : await tx.findAllotments(touched),
      salvaged: await findSalvaged(tx, operations),
      pending: touched.length === 0 ? [] : await tx.findPending(touched),
    }),
  };
}

async function findSalvaged(
  tx: LedgerTransaction,
  operations: readonly Operation[],
): Promise<readonly string[]> {
  const asked = operations.flatMap((one) => (one.readable ? (one.salvaged ?? []) : []));
  return asked.length === 0 ? [] : tx.findSalvaged(asked.map(salvageText));
}

function reservationIdsOf(operation: Operation): string[] {
  if (!operation.readable) return [];
  const { body } = operation;
  if ('reservationId' in body && typeof body.reservationId === 'string') return [body.reservationId];
  if (body.type === 'sell') return body.lines.flatMap((line) => line.reservationId ?? []);
  return [];
}

function transferIdsOf(operation: Operation): string[] {
  if (!operation.readable) return [];
  const { body } = operation;
  return 'transferId' in body && typeof body.transferId === 'string' ? [body.transferId] : [];
}

function poolsOfTransfer({ fromStoreId, toStoreId, lines }: Transfer): PoolKey[] {
  return lines.flatMap(({ sku }) => [
    { storeId: fromStoreId, sku },
    { storeId: toStoreId, sku },
  ]);
}

function poolsOf(operation: Operation): PoolKey[] {
  if (!operation.readable) return [];
  const { storeId, body } = operation;
  switch (body.type) {
    case 'reserve':
    case 'count':
    case 'adjust':
      return [{ storeId, sku: body.sku }];
    case 'sell':
    case 'return':
    case 'receive':
    case 'surrender':
    case 'settle':
    case 'transfer-dispatch':
    case 'transfer-receive':
      return body.lines.map((line) => ({ storeId, sku: line.sku }));
    case 'transfer-request':
      return body.lines.map((line) => ({ storeId: body.fromStoreId, sku: line.sku }));
    case 'commit':
    case 'release':
    case 'expire':
    case 'transfer-cancel':
    case 'salvage':
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
