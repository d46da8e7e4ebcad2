import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import {
  nextOperation,
  OPENING_STOCK_UNITS,
  RESERVE_SHARE,
  SCRIPT_START,
  SELL_SHARE,
  type TillScript,
} from './plan.ts';

const OPERATIONS = 10_000;
const script: TillScript = {
  seed: 1,
  tillNumber: 7,
  skus: ['A', 'B', 'C', 'D'],
  hotSku: null,
  logId: '5e0e9a52-7c1f-4d0a-9a0e-2f7a3d1c4b5a',
};

function play(one: TillScript, operations = OPERATIONS) {
  let place = SCRIPT_START;
  return Array.from({ length: operations }, () => {
    const next = nextOperation(one, place);
    place = next.place;
    return { content: next.content, body: operationBodySchema.parse(next.content.body) };
  });
}

it('mixes 70 % sales, 20 % reserves and 10 % commits', () => {
  const share = (type: string) => play(script).filter(({ body }) => body.type === type).length / OPERATIONS;
  expect(share('sell')).toBeCloseTo(SELL_SHARE, 1);
  expect(share('reserve')).toBeCloseTo(RESERVE_SHARE, 1);
  expect(share('commit')).toBeCloseTo(1 - SELL_SHARE - RESERVE_SHARE, 1);
});

it('is the same for the same seed and till, and another for another', () => {
  expect(play(script)).toEqual(play(script));
  expect(play({ ...script, seed: 2 }, 100)).not.toEqual(play(script, 100));
  expect(play({ ...script, tillNumber: 8 }, 100)).not.toEqual(play(script, 100));
});

it('can be played on from any place', () => {
  const { place } = nextOperation(script, nextOperation(script, SCRIPT_START).place);
  expect(nextOperation(script, place).content).toEqual(play(script, 3)[2]?.content);
});

it('asks only for what must be accepted: each hold once, each commit of a hold before it, stock for all', () => {
  const held = new Set<string>();
  const ended = new Set<string>();
  let units = 0;
  for (const { body } of play({ ...script, hotSku: 'A' })) {
    if (body.type === 'sell') units += body.lines[0]?.quantity ?? 0;
    if (body.type === 'reserve') {
      expect(held.has(body.reservationId)).toBe(false);
      held.add(body.reservationId);
      units += body.quantity;
    }
    if (body.type === 'commit') {
      expect(held.has(body.reservationId)).toBe(true);
      expect(ended.has(body.reservationId)).toBe(false);
      ended.add(body.reservationId);
    }
  }
  expect(ended.size).toBeGreaterThan(0);
  expect(units).toBeLessThan(OPENING_STOCK_UNITS);
});

it('names no hold that another till names', () => {
  const holds = [1, 2, 3].flatMap((tillNumber) =>
    play({ ...script, tillNumber }).flatMap(({ body }) =>
      body.type === 'reserve' ? [body.reservationId] : [],
    ),
  );
  expect(new Set(holds).size).toBe(holds.length);
});

it('takes all articles alike, or the hot one alone', () => {
  const skus = (one: TillScript) =>
    play(one).flatMap(({ body }) => (body.type === 'sell' ? [body.lines[0]?.sku as string] : []));
  for (const sku of script.skus) {
    const all = skus(script);
    expect(all.filter((one) => one === sku).length / all.length).toBeCloseTo(1 / script.skus.length, 1);
  }
  expect(new Set(skus({ ...script, hotSku: 'B' }))).toEqual(new Set(['B']));
});
