import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bench, Journal, sale } from './deliveries.ts';
import { PROOF_TIMEOUT_MS, proveLater } from './proof.ts';

const FILE = 'e2e/properties/interleavings.test.ts';
const UNITS = 14;
const HOLDS = [0, 1, 2].map((index) => derivedUuid(`hold ${index}`));

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly quantity: number;
  readonly ref: number;
}
const KINDS = [
  'sell',
  'sell-charged',
  'sell-held',
  'reserve',
  'reserve-allotted',
  'commit',
  'release',
  'expire',
  'receive',
  'return',
  'surrender',
] as const;

/** One delivery of some of a till's records; it may begin with records that were sent before. */
interface Delivery {
  readonly till: number;
  readonly count: number;
  readonly repeats: number;
  /** Sent without waiting for what was sent before: both are decided in one batch. */
  readonly isTogether: boolean;
}

const streams = fc.array(
  fc.array(
    fc.record<Step>({
      kind: fc.constantFrom(...KINDS),
      quantity: fc.constantFrom(1, 1, 2, 3, 6),
      ref: fc.nat({ max: HOLDS.length - 1 }),
    }),
    { minLength: 1, maxLength: 6, size: 'max' },
  ),
  { minLength: 2, maxLength: 3 },
);
const schedules = fc.array(
  fc.record<Delivery>({
    till: fc.nat({ max: 2 }),
    count: fc.integer({ min: 1, max: 3 }),
    repeats: fc.nat({ max: 3 }),
    isTogether: fc.boolean(),
  }),
  { maxLength: 10, size: 'max' },
);

function bodyOf({ kind, quantity, ref }: Step) {
  const reservationId = must(HOLDS[ref], 'a hold of the test');
  switch (kind) {
    case 'sell':
      return sale(quantity);
    case 'sell-charged':
      return sale(quantity, { allottedQuantity: quantity });
    case 'sell-held':
      return sale(quantity, { reservationId });
    case 'reserve':
      return { type: 'reserve', reservationId, sku: 'tea', quantity };
    case 'reserve-allotted':
      return { type: 'reserve', reservationId, sku: 'tea', quantity, allotted: true };
    case 'commit':
    case 'release':
    case 'expire':
      return { type: kind, reservationId };
    case 'return':
      return { ...sale(quantity), type: 'return' };
    case 'receive':
    case 'surrender':
      return { type: kind, lines: [{ sku: 'tea', quantity }] };
  }
}

interface Arrival {
  readonly journal: Journal;
  readonly sequence: number;
}

/** Delivers by the schedule, then what is left, then everything once more; answers the records in order of arrival. */
async function deliver(bench: Bench, journals: readonly Journal[], schedule: readonly Delivery[]) {
  const arrivals: Arrival[] = [];
  const sent = journals.map(() => 0);
  let underWay: Promise<unknown>[] = [];
  const send = async (index: number, count: number, repeats: number, isTogether: boolean) => {
    const journal = must(journals[index], 'a journal of the test');
    const done = sent[index] ?? 0;
    const last = Math.min(journal.records.length, done + count);
    const first = Math.max(1, done + 1 - repeats);
    if (last < first) return;
    for (let sequence = done + 1; sequence <= last; sequence += 1) arrivals.push({ journal, sequence });
    sent[index] = last;
    if (!isTogether) await Promise.all(underWay);
    if (!isTogether) underWay = [];
    underWay.push(bench.submit(journal.submission(first, last - first + 1)));
  };
  for (const { till, count, repeats, isTogether } of schedule)
    await send(till % journals.length, count, repeats, isTogether);
  for (const index of journals.keys()) await send(index, Number.POSITIVE_INFINITY, 0, true);
  for (const index of journals.keys()) await send(index, 0, Number.POSITIVE_INFINITY, true);
  await Promise.all(underWay);
  return arrivals;
}

async function stateOf(bench: Bench) {
  const holds = await Promise.all(HOLDS.map(async (id) => (await bench.ledger.findReservation(id))?.state));
  const verdicts = [...bench.verdicts()].map(([id, { text }]) => `${id}: ${text}`).sort();
  return { pool: await bench.pool(), leases: await bench.leases(), holds, verdicts };
}

test(
  'gives one verdict and one final state, however records are cut into deliveries and repeated',
  async () => {
    const title = 'gives one verdict and one final state';
    const property = fc.asyncProperty(streams, schedules, async (lists, schedule) => {
      const journals = lists.map((list, index) => {
        const journal = new Journal(index);
        for (const step of list) journal.write(bodyOf(step));
        return journal;
      });
      const cut = new Bench();
      await cut.stock(UNITS, journals);
      const arrivals = await deliver(cut, journals, schedule);
      const single = new Bench();
      await single.stock(UNITS, journals);
      for (const { journal, sequence } of arrivals) await single.submit(journal.submission(sequence, 1));
      expect(await stateOf(cut)).toEqual(await stateOf(single));
      const verdicts = cut.verdicts();
      for (const journal of journals)
        for (const index of journal.records.keys())
          if (verdicts.get(journal.idOf(index + 1))?.count !== 1)
            throw new Error(`${journal.idOf(index + 1)} has not exactly one verdict`);
      if (cut.refused.length > 0) throw new Error(`refused: ${cut.refused.join(', ')}`);
    });
    await proveLater({ file: FILE, title }, { quick: 500, soak: 200_000 }, property);
  },
  PROOF_TIMEOUT_MS,
);
