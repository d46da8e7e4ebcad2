import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { Bench, Journal, sale } from './deliveries.ts';
import { PROOF_TIMEOUT_MS, proveLater } from './proof.ts';

const FILE = 'e2e/properties/repeats.test.ts';
const HOLD = derivedUuid('hold');

function givenRecords(): Journal {
  const journal = new Journal(0);
  journal.write(sale(1));
  journal.write({ type: 'reserve', reservationId: HOLD, sku: 'tea', quantity: 1 });
  journal.write({ type: 'commit', reservationId: HOLD });
  return journal;
}

/** Another character at that place, so that exactly one byte differs. */
function withOtherByte(raw: string, index: number): string {
  const other = String.fromCharCode((raw.charCodeAt(index) ^ 1) & 0x7f);
  return raw.slice(0, index) + other + raw.slice(index + 1);
}

it('refuses a repeated record of which one byte differs, at every byte: no effect, one alarm', async () => {
  const journal = givenRecords();
  const bench = new Bench();
  await bench.stock(9);
  await bench.submit(journal.submission(1, 3));
  const before = JSON.stringify([bench.ledger.log, await bench.pool()]);
  let alarms = 0;
  for (const [at, raw] of journal.records.entries()) {
    for (let index = 0; index < raw.length; index += 1) {
      const records = journal.records.with(at, withOtherByte(raw, index));
      const outcome = await bench.submit({
        ...{ kind: 'journal', identity: journal.identity, firstSequence: 1, records },
      });
      alarms += 1;
      expect(outcome).toMatchObject({ refusal: 'operation-id-reuse' });
      expect(bench.refused).toHaveLength(alarms);
    }
  }
  expect(alarms).toBeGreaterThan(1_000);
  expect(new Set(bench.refused)).toEqual(new Set(['operation-id-reuse']));
  expect(JSON.stringify([bench.ledger.log, await bench.pool()])).toBe(before);
});

it('refuses another body under the id of an API operation: no effect, one alarm', async () => {
  const bench = new Bench();
  await bench.stock(9);
  await bench.single({ type: 'reserve', reservationId: HOLD, sku: 'tea', quantity: 1 }, 'one');
  const before = JSON.stringify(bench.ledger.log);
  const other = { type: 'reserve', reservationId: HOLD, sku: 'tea', quantity: 2 };
  expect(await bench.single(other, 'one')).toEqual({ kind: 'reused-id' });
  expect(bench.refused).toEqual(['operation-id-reuse']);
  expect(JSON.stringify(bench.ledger.log)).toBe(before);
});

const BAD = {
  'is no JSON': () => 'no json',
  'lacks an envelope': () => '{}',
  'names another till': (raw: string) => raw.replace(/"tillId":"[^"]+"/, `"tillId":"${HOLD}"`),
  'says something unknown': (raw: string) => raw.replace('"type":"sell"', '"type":"dance"'),
};
const RECORDS_COUNT = 4;
const badCases = Object.keys(BAD).flatMap((kind) =>
  Array.from({ length: RECORDS_COUNT }, (_, position) => ({ kind: kind as keyof typeof BAD, position })),
);

it.each(badCases)('decides all others when record $position $kind', async ({ kind, position }) => {
  const bench = new Bench();
  await bench.stock(20);
  const [journal, sibling] = [new Journal(0), new Journal(1)];
  for (let index = 0; index < RECORDS_COUNT; index += 1) {
    sibling.write(sale(1));
    const good = new Journal(0);
    good.head = journal.head;
    good.write(sale(1));
    journal.writeRaw(index === position ? BAD[kind](good.records[0] ?? '') : (good.records[0] ?? ''));
  }
  const outcomes = await Promise.all([
    bench.submit(sibling.submission(1, RECORDS_COUNT)),
    bench.submit(journal.submission(1, RECORDS_COUNT)),
  ]);
  expect(outcomes).toMatchObject([
    { acknowledged: sibling.head, refusal: null },
    { acknowledged: journal.head, refusal: null },
  ]);
  const verdicts = bench.verdicts();
  for (let sequence = 1; sequence <= RECORDS_COUNT; sequence += 1) {
    const expected = sequence === position + 1 ? 'QUARANTINED' : 'RECORDED';
    expect(verdicts.get(journal.idOf(sequence))?.text).toMatch(expected);
  }
  expect(await bench.pool()).toMatchObject({ onHand: 20 - 2 * RECORDS_COUNT + 1 });
});

it.each([0, 1, 2, 3])('keeps what came before a record that breaks the chain at %i', async (position) => {
  const bench = new Bench();
  await bench.stock(20);
  const [journal, sibling] = [new Journal(0), new Journal(1)];
  for (let index = 0; index < RECORDS_COUNT; index += 1) {
    if (index === position) journal.head = { ...journal.head, hash: 'f'.repeat(64) };
    journal.write(sale(1));
    sibling.write(sale(1));
  }
  const [outcome] = await Promise.all([
    bench.submit(journal.submission(1, RECORDS_COUNT)),
    bench.submit(sibling.submission(1, RECORDS_COUNT)),
  ]);
  expect(outcome).toMatchObject({ acknowledged: { sequence: position }, refusal: 'life-forked' });
  expect(await bench.pool()).toMatchObject({ onHand: 20 - RECORDS_COUNT - position });
  expect(bench.refused).toEqual(['life-forked']);
});

const UNITS = 20;
const deliveries = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('push' as const),
      first: fc.nat({ max: 4 }),
      count: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ kind: fc.constantFrom('deal' as const, 'lapse' as const, 'force' as const) }),
  ),
  { maxLength: 20, size: 'max' },
);

test(
  'changes no total, however often grants, surrenders and settlements arrive',
  async () => {
    const title = 'changes no total, however often grants, surrenders and settlements arrive';
    const property = fc.asyncProperty(deliveries, async (list) => {
      const bench = new Bench();
      const journal = new Journal(0);
      await bench.stock(UNITS, [journal, new Journal(1)]);
      for (const quantity of [1, 2]) journal.write({ type: 'surrender', lines: [{ sku: 'tea', quantity }] });
      const settlement = { type: 'settle', lines: [{ sku: 'tea', consumed: 0, surrendered: 3 }] };
      journal.write(settlement);
      journal.write({ type: 'surrender', lines: [{ sku: 'tea', quantity: 1 }] });
      journal.write(settlement);
      const pool = { storeId: journal.identity.storeId, sku: 'tea' };
      const by = { cause: 'person', forcedBy: 'somebody', reason: 'test' } as const;
      for (const one of list) {
        if (one.kind === 'push') await bench.submit(journal.submission(one.first + 1, one.count));
        if (one.kind === 'deal') await bench.deal();
        if (one.kind === 'lapse') {
          bench.nowMs += 86_400_000;
          await bench.submit({ kind: 'lapse', life: journal.identity, pools: [pool] });
        }
        if (one.kind === 'force') await bench.submit({ kind: 'force', pool, of: journal.identity, by });
        if ((await bench.pool()).onHand !== UNITS) throw new Error(`${one.kind} changed the total`);
      }
      for (const { count } of bench.verdicts().values())
        if (count !== 1) throw new Error('an operation has two verdicts');
    });
    await proveLater({ file: FILE, title }, { quick: 400, soak: 50_000 }, property);
  },
  PROOF_TIMEOUT_MS,
);
