import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, it } from 'vitest';
import { bookOf, logId, now, operation, SETTINGS, storeId, when } from '../testing/given-book.ts';
import { decide } from './decide.ts';
import { expireTransfer } from './decide-transfer.ts';
import { EMPTY_POOL_STATE, type Transfer } from './model.ts';
import { WorkingBook } from './working-book.ts';

const transferId = derivedUuid('transfer');
const elsewhere = derivedUuid('elsewhere');
const lines = (quantity: number) => [{ sku: 'tea', quantity }];

function transfer(fields: Partial<Transfer> = {}, line: Partial<Transfer['lines'][number]> = {}): Transfer {
  return {
    transferId,
    fromStoreId: storeId,
    toStoreId: elsewhere,
    state: 'REQUESTED',
    lines: [{ sku: 'tea', requested: 3, dispatched: null, received: null, ...line }],
    requestedAt: now,
    expiresAt: now,
    reason: null,
    ...fields,
  };
}

function bookWithMate(sent: Transfer): WorkingBook {
  const pools = ['tea', 'mate'].map((sku) => [`${storeId}/${sku}`, EMPTY_POOL_STATE] as const);
  return new WorkingBook({
    ...{ logId, pools: new Map(pools), histories: new Map(), transfers: [sent] },
    ...{ pending: [], salvaged: [], allotments: [], reservations: [] },
  });
}

it('keeps the goods at the sender, every line or none', () => {
  const request = { type: 'transfer-request', transferId, fromStoreId: storeId, lines: lines(3) };
  const asking = { storeId: elsewhere };
  expect(when({ pool: { free: 3 } }, request, asking)).toMatchObject({
    verdict: 'ACCEPTED',
    types: ['TransferHeld', 'TransferChanged', 'OperationDecided'],
  });
  expect(when({ pool: { free: 2 } }, request, asking)).toMatchObject({ reason: 'insufficient-free' });
  expect(when({ pool: { free: 9 }, transfer: transfer() }, request, asking)).toMatchObject({
    reason: 'transfer-id-taken',
  });
  expect(when({ pool: { free: 9 } }, request)).toMatchObject({ reason: 'transfer-to-same-store' });
});

it('gives the goods back when it is cancelled before they left, and not after', () => {
  const cancel = { type: 'transfer-cancel', transferId };
  expect(when({ pool: { held: 3 }, transfer: transfer() }, cancel)).toMatchObject({
    verdict: 'ACCEPTED',
    types: ['TransferReleased', 'TransferChanged', 'OperationDecided'],
  });
  expect(when({ transfer: transfer({ state: 'DISPATCHED' }) }, cancel)).toMatchObject({
    reason: 'transfer-already-dispatched',
  });
  expect(when({ transfer: transfer({ state: 'CANCELLED' }) }, cancel)).toMatchObject({ verdict: 'ACCEPTED' });
  expect(when({}, cancel)).toMatchObject({ reason: 'transfer-unknown' });
  expect(when({ transfer: transfer() }, cancel, { storeId: derivedUuid('third') })).toMatchObject({
    reason: 'transfer-of-another-store',
  });
});

it('dispatches what the shelf had: the rest of what was held is free again', () => {
  const decision = when(
    { pool: { held: 3 }, transfer: transfer() },
    { type: 'transfer-dispatch', transferId, lines: lines(2) },
  );
  expect(decision.types).toEqual([
    'TransferDispatched',
    'TransferReleased',
    'TransferChanged',
    'OperationDecided',
  ]);
  expect(decision.events).toContainEqual(
    expect.objectContaining({ type: 'TransferChanged', state: 'DISPATCHED' }),
  );
});

it('records goods that left although the transfer had been given up, and tells a person', () => {
  const decision = when(
    { pool: { free: 1 }, transfer: transfer({ state: 'CANCELLED' }) },
    { type: 'transfer-dispatch', transferId, lines: lines(3) },
  );
  expect(decision).toMatchObject({ verdict: 'RECORDED', excess: [{ sku: 'tea', quantity: 2 }] });
  expect(decision.events).toContainEqual(expect.objectContaining({ kind: 'transfer-unannounced' }));
  expect(decision.events).toContainEqual(expect.objectContaining({ state: 'DISPATCHED' }));
});

it('compares what arrived with what was sent, whichever is known last', () => {
  const arriving = { fromStoreId: elsewhere, toStoreId: storeId };
  const receive = (quantity: number) => ({ type: 'transfer-receive', transferId, lines: lines(quantity) });
  const sent = transfer({ ...arriving, state: 'DISPATCHED' }, { dispatched: 3 });
  expect(when({ transfer: sent }, receive(3)).types).not.toContain('ConflictOpened');
  expect(when({ transfer: sent }, receive(2)).events).toContainEqual(
    expect.objectContaining({ kind: 'transfer-short', quantity: 1 }),
  );
  expect(when({ transfer: sent }, receive(5)).events).toContainEqual(
    expect.objectContaining({ kind: 'transfer-over', quantity: 2 }),
  );
  // The goods travel faster than the sender's journal: nothing to compare with yet.
  const early = when({ transfer: transfer(arriving) }, receive(2));
  expect(early.events).toContainEqual(
    expect.objectContaining({ type: 'TransferChanged', state: 'REQUESTED' }),
  );
  const late = when(
    { pool: { held: 3 }, transfer: transfer({}, { received: 2 }) },
    { type: 'transfer-dispatch', transferId, lines: lines(3) },
  );
  expect(late.events).toContainEqual(expect.objectContaining({ state: 'RECEIVED' }));
  expect(late.events).toContainEqual(expect.objectContaining({ kind: 'transfer-short', quantity: 1 }));
});

it('names the one article that differs, and of several how many they are', () => {
  const line = (sku: string, dispatched: number) => ({
    sku,
    requested: dispatched,
    dispatched,
    received: null,
  });
  const sent = transfer({
    ...{ fromStoreId: elsewhere, toStoreId: storeId, state: 'DISPATCHED' },
    lines: [line('tea', 3), line('mate', 4)],
  });
  const stock = [
    ['tea', 3],
    ['mate', 4],
  ] as const;
  const arriving = (missing: Readonly<Record<string, number>>) => {
    const arrived = stock.map(([sku, quantity]) => ({ sku, quantity: quantity - (missing[sku] ?? 0) }));
    const body = { type: 'transfer-receive', transferId, lines: arrived };
    return decide(operation(body), bookWithMate(sent), SETTINGS).events;
  };
  const conflict = (fields: object) => expect.objectContaining({ type: 'ConflictOpened', ...fields });
  expect(arriving({ mate: 1 })).toContainEqual(
    conflict({ sku: 'mate', quantity: 1, reason: 'arrived-less-than-sent' }),
  );
  expect(arriving({ tea: 1, mate: 2 })).toContainEqual(
    conflict({ sku: null, quantity: 3, reason: 'arrived-less-than-sent-of-2-articles' }),
  );
  const both = arriving({ tea: 1, mate: -2 });
  expect(both).toContainEqual(conflict({ kind: 'transfer-short', sku: 'tea', quantity: 1 }));
  expect(both).toContainEqual(conflict({ kind: 'transfer-over', sku: 'mate', quantity: 2 }));
  const unannounced = when({}, { type: 'transfer-receive', transferId, lines: lines(2) });
  expect(unannounced.events).toContainEqual(conflict({ sku: 'tea', reason: 'receive' }));
});

it('ends as returned when the goods come back to where they left', () => {
  const decision = when(
    { transfer: transfer({ state: 'DISPATCHED' }, { dispatched: 3 }) },
    { type: 'transfer-receive', transferId, lines: lines(3) },
  );
  expect(decision.events).toContainEqual(expect.objectContaining({ state: 'RETURNED' }));
});

it('is given up when nobody has sent it in time, but not when its goods have arrived', () => {
  const book = bookOf({ pool: { held: 3 }, transfer: transfer() });
  expect(expireTransfer(book, transfer()).map(({ type }) => type)).toEqual([
    'TransferReleased',
    'TransferChanged',
  ]);
  expect(expireTransfer(book, transfer({}, { received: 1 }))).toEqual([]);
  expect(expireTransfer(book, transfer({ state: 'DISPATCHED' }))).toEqual([]);
});
