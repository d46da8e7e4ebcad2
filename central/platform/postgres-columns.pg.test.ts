/** Goal: what goes in as typed arrays comes out of Postgres as it was, whatever it is. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { createPool, type Pool } from './postgres.ts';
import { arrayLiteral, type Column, columnsFrom, columnsOf } from './postgres-columns.ts';

let databases: TestDatabases;
let pool: Pool;

beforeAll(async () => {
  databases = await createTestDatabases({ services: ['console'] });
  pool = createPool(databases.urls.console.ownerUrl, { max: 1, applicationName: 'gondola test' });
});

afterAll(async () => {
  await pool.end();
  await databases.drop();
});

interface Row {
  readonly word: string | null;
  readonly count: number | null;
  readonly share: number;
  readonly isNew: boolean;
  readonly words: readonly string[];
}

const columns: readonly Column<Row>[] = [
  ['word', 'text', ({ word }) => word],
  ['count', 'bigint', ({ count }) => count],
  ['share', 'double precision', ({ share }) => share],
  ['is_new', 'boolean', ({ isNew }) => isNew],
  ['words', 'text', ({ words }) => arrayLiteral(words)],
];

/** Postgres keeps neither U+0000 nor half a surrogate pair. */
const wordArbitrary = fc
  .string({ unit: 'binary' })
  .map((word) => word.toWellFormed().replaceAll('\u0000', ''));
const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  word: fc.option(wordArbitrary),
  count: fc.option(fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })),
  share: fc.double({ noNaN: true }),
  isNew: fc.boolean(),
  words: fc.array(fc.oneof(wordArbitrary, fc.constantFrom('null', '', '{}', 'a"b', 'a\\b', ' ')), {
    maxLength: 4,
  }),
});

it('gives back every row in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowArbitrary, { maxLength: 20 }), async (rows) => {
      const { rows: read } = await pool.query<{ row: object }>({
        name: 'read columns',
        text: `select word, count, share, is_new as "isNew", words::text[] as words from ${columnsFrom(columns, 1)} n`,
        values: columnsOf(columns, rows),
      });
      expect(read).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});
