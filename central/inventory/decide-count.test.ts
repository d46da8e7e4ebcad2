import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { describe, expect, it } from 'vitest';
import { logId, tillId, when } from '../testing/given-book.ts';
import type { HistoryEntry } from './model.ts';

const sell = (quantity: number) => ({
  type: 'sell',
  basketId: derivedUuid('basket'),
  totalMinor: 5,
  lines: [{ sku: 'tea', quantity, unitPriceMinor: 5 }],
});

describe('a count', () => {
  const count = (quantity: number, checkpoint = { logId, position: 3 }) => ({
    type: 'count',
    sku: 'tea',
    quantity,
    checkpoint,
  });
  const sold = (bookDelta: number, entry: Partial<HistoryEntry> = {}): HistoryEntry => ({
    position: 4,
    bookDelta,
    tillId: derivedUuid('other'),
    life: 1,
    sequence: 1,
    recordedAt: '2026-01-01T11:30:00.000Z',
    ...entry,
  });

  it('is a difference to the book at its cut', () => {
    const counted = when({ pool: { free: 8 }, history: [sold(-2)] }, count(9), { label: 'RECORDED' });
    expect(counted.events[0]).toMatchObject({
      bookAtCut: 10,
      difference: -1,
      movements: [{ from: 'F', to: 'W', quantity: 1 }],
    });
    expect(counted.types).toEqual(['StockCounted', 'OperationDecided']);
  });

  it('counts the till’s own earlier operations as before the cut', () => {
    const own = sold(-2, { tillId, sequence: 6 });
    expect(when({ pool: { free: 8 }, history: [own] }, count(8)).events[0]).toMatchObject({
      bookAtCut: 8,
      difference: 0,
    });
  });

  it('asks for a recount when another till’s earlier operation may be in it already', () => {
    const overlapping = sold(-2, { recordedAt: '2026-01-01T10:59:00.000Z' });
    expect(when({ pool: { free: 8 }, history: [overlapping] }, count(9)).types).toEqual([
      'StockCounted',
      'RecountFlagged',
      'OperationDecided',
    ]);
  });

  it('asks for a recount when an operation from before the count arrives after it', () => {
    const lastCount = { recordedAt: '2026-01-01T11:30:00.000Z', tillId: derivedUuid('other') };
    expect(when({ pool: { free: 8 }, state: { lastCount } }, sell(1)).types).toEqual([
      'ItemsSold',
      'RecountFlagged',
      'OperationDecided',
    ]);
    expect(
      when({ pool: { free: 8 }, state: { lastCount: { ...lastCount, tillId } } }, sell(1)).types,
    ).toEqual(['ItemsSold', 'OperationDecided']);
  });

  it('opens a deficit when fewer units stand there than are promised', () => {
    const counted = when({ pool: { free: 1, held: 2 }, reservation: {} }, count(1));
    expect(counted).toMatchObject({ verdict: 'RECORDED', excess: [{ sku: 'tea', quantity: 1 }] });
    expect(counted.events[1]).toMatchObject({ type: 'ConflictOpened', reason: 'counted-less-than-promised' });
  });

  it('takes the book as it is when the checkpoint is of another log', () => {
    const foreign = count(5, { logId: derivedUuid('old log'), position: 1 });
    expect(when({ pool: { free: 8 } }, foreign).events[0]).toMatchObject({ bookAtCut: 8, difference: -3 });
  });
});
