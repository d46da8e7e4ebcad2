import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import {
  type BenchPurse,
  EMPTY_PURSE,
  INSIDE_SHARE,
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

/** Grants of so many units of every article. */
function purseOf(units: number): BenchPurse {
  return { unspentUnits: new Map(script.skus.map((sku) => [sku, units])), chargedUnits: 0 };
}

/** Units that a record charges to the till's allotment. */
function chargedBy(body: ReturnType<typeof play>[number]['body']): number {
  if (body.type === 'sell') return body.lines[0]?.allottedQuantity ?? 0;
  return body.type === 'reserve' && body.allotted === true ? body.quantity : 0;
}

function play(one: TillScript, operations = OPERATIONS, purse = EMPTY_PURSE) {
  let place = SCRIPT_START;
  return Array.from({ length: operations }, () => {
    const next = nextOperation(one, place, purse);
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
  const { place } = nextOperation(
    script,
    nextOperation(script, SCRIPT_START, EMPTY_PURSE).place,
    EMPTY_PURSE,
  );
  expect(nextOperation(script, place, EMPTY_PURSE).content).toEqual(play(script, 3)[2]?.content);
});

it('asks only for what must be accepted: each hold once, each commit of a hold before it, stock for all', () => {
  const held = new Set<string>();
  const ended = new Set<string>();
  let units = 0;
  for (const { body } of play({ ...script, hotSku: 'A' }, OPERATIONS, purseOf(OPENING_STOCK_UNITS))) {
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

it('charges half of each kind to what the till was granted, and says so', () => {
  const played = play(script, OPERATIONS, purseOf(OPENING_STOCK_UNITS));
  const share = (type: string) => {
    const labels = played.flatMap(({ body, content }) => (body.type === type ? [content.label] : []));
    return labels.filter((label) => label === 'GUARANTEED').length / labels.length;
  };
  for (const type of ['sell', 'reserve', 'commit']) expect(share(type)).toBeCloseTo(INSIDE_SHARE, 1);
  for (const { body, content } of played)
    if (body.type !== 'commit') expect(chargedBy(body) > 0).toBe(content.label === 'GUARANTEED');
});

it('promises a commit only of a hold inside its allotment', () => {
  const inside = new Map<string, boolean>();
  for (const { body, content } of play(script, OPERATIONS, purseOf(100))) {
    const isGuaranteed = content.label === 'GUARANTEED';
    if (body.type === 'reserve') inside.set(body.reservationId, isGuaranteed);
    if (body.type === 'commit') expect(inside.get(body.reservationId)).toBe(isGuaranteed);
  }
});

it('charges no more than it was granted, and nothing without a grant', () => {
  const charged = (purse: BenchPurse) =>
    play({ ...script, hotSku: 'A' }, OPERATIONS, purse).reduce((sum, { body }) => sum + chargedBy(body), 0);
  expect(charged(purseOf(50))).toBeLessThanOrEqual(50);
  expect(charged(purseOf(50))).toBeGreaterThan(47);
  expect(charged(EMPTY_PURSE)).toBe(0);
});

it('counts from the pull what it charges', () => {
  const purse = { ...purseOf(10), chargedUnits: 990 };
  const place = { ...SCRIPT_START, chargedUnits: 999 };
  const kinds = Array.from({ length: 1_000 }, (_, operations) => {
    const { content } = nextOperation(script, { ...place, operations }, purse);
    return chargedBy(operationBodySchema.parse(content.body));
  });
  expect(Math.max(...kinds)).toBe(1);
});
