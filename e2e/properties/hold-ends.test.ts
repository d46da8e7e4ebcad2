import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, it } from 'vitest';
import { Bench, HOLD_MS, Journal, sale } from './deliveries.ts';

const HOLD = derivedUuid('hold');
const HELD_UNITS = 2;
const UNITS = 12;
const ENDS = ['ReservationCommitted', 'ReservationReleased', 'ReservationExpired'];
const ACTS = ['commit', 'release', 'expire', 'collect', 'repeat'] as const;
type Act = (typeof ACTS)[number];
const EXPECTED = { commit: 'COMMITTED', collect: 'COMMITTED', release: 'RELEASED', expire: 'EXPIRED' };

function orders(acts: readonly Act[]): Act[][] {
  if (acts.length === 0) return [[]];
  return acts.flatMap((act) => orders(acts.filter((one) => one !== act)).map((rest) => [act, ...rest]));
}

const BODIES = {
  commit: { type: 'commit', reservationId: HOLD },
  release: { type: 'release', reservationId: HOLD },
  expire: { type: 'expire', reservationId: HOLD },
  collect: sale(HELD_UNITS, { reservationId: HOLD }),
} as const;

/** The acts as one till records them; a repeat sends the whole journal again. */
async function endByTill(order: readonly Act[], isInside: boolean, isOneBatch: boolean): Promise<Bench> {
  const bench = new Bench();
  const journal = new Journal(0);
  await bench.stock(UNITS, [journal]);
  const reserve = { type: 'reserve', reservationId: HOLD, sku: 'tea', quantity: HELD_UNITS };
  journal.write(isInside ? { ...reserve, allotted: true } : reserve);
  const sent = [bench.submit(journal.submission(1, 1))];
  for (const act of order) {
    if (act === 'expire' && !isInside) {
      await Promise.all(sent);
      bench.nowMs += HOLD_MS;
      sent.push(bench.submit({ kind: 'expire', pools: [{ storeId: journal.identity.storeId, sku: 'tea' }] }));
    } else if (act === 'repeat') {
      sent.push(bench.submit(journal.submission(1, journal.records.length)));
    } else {
      journal.write(BODIES[act]);
      sent.push(bench.submit(journal.submission(journal.records.length, 1)));
    }
    if (!isOneBatch) await Promise.all(sent);
  }
  await Promise.all(sent);
  return bench;
}

const cases = [true, false].flatMap((isInside) =>
  [true, false].map((isOneBatch) => ({ isInside, isOneBatch })),
);

it.each(cases)(
  'ends in one state, whatever comes first (inside a lease: $isInside, one batch: $isOneBatch), in all 120 orders',
  async ({ isInside, isOneBatch }) => {
    for (const order of orders(ACTS)) {
      const bench = await endByTill(order, isInside, isOneBatch);
      const where = order.join(', ');
      const first = order.find((act) => act !== 'repeat') as keyof typeof EXPECTED;
      const ends = bench.ledger.log.filter(({ event }) => ENDS.includes(event.type));
      expect(ends, where).toHaveLength(1);
      expect((await bench.ledger.findReservation(HOLD))?.state, where).toBe(EXPECTED[first]);
      // The customer who collects leaves with units in any case; a commit takes some only if it was first.
      const taken = HELD_UNITS + (first === 'commit' ? HELD_UNITS : 0);
      const pool = await bench.pool();
      expect(pool, where).toMatchObject({ held: 0, deficit: 0, onHand: UNITS - taken });
      for (const [id, { count }] of bench.verdicts()) expect(count, `${where}: ${id}`).toBe(1);
      expect(bench.refused, where).toEqual([]);
    }
  },
);
