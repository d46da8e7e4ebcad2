import { expect, it } from 'vitest';
import { operationBodySchema } from './operations.ts';

const basketId = '33333333-3333-4333-8333-000000000001';
const line = { sku: '100', quantity: 2, unitPriceMinor: 199 };

it('records of tills before version 3 stay what they were', () => {
  const bodies = [
    { type: 'sell', basketId, lines: [line], totalMinor: 398 },
    {
      type: 'sell',
      basketId,
      lines: [{ ...line, allottedQuantity: 1 }],
      totalMinor: 398,
      cashGivenMinor: 500,
    },
    { type: 'return', basketId, lines: [line], totalMinor: 398 },
  ];
  for (const body of bodies) expect(operationBodySchema.parse(body)).toEqual(body);
});

it('a sale says how it was paid, and what a newer till knows more of is kept', () => {
  const body = {
    type: 'sell',
    basketId,
    lines: [{ ...line, discountMinor: 8, taxBasisPoints: 700, weightGrams: 250, colour: 'red' }],
    totalMinor: 390,
    tenders: [
      { kind: 'card', amountMinor: 90, reference: '004512', lastFour: '4242' },
      { kind: 'cash', amountMinor: 500, denominations: [500] },
    ],
    changeMinor: 200,
    roundingMinor: 0,
    discountMinor: 8,
    taxes: [{ basisPoints: 700, netMinor: 364, taxMinor: 26 }],
    acts: [{ act: 'no-sale', at: '2017-01-01T12:00:00.000Z', count: 1, amountMinor: 0 }],
    somethingNew: true,
  };
  expect(operationBodySchema.parse(body)).toEqual(body);
});

it('of a card no more than four digits have a place', () => {
  const tenders = [{ kind: 'card', amountMinor: 398, reference: '1', lastFour: '424242' }];
  const body = { type: 'sell', basketId, lines: [line], totalMinor: 398, tenders };
  expect(operationBodySchema.safeParse(body).success).toBe(false);
});
