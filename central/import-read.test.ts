/** Goal: whatever stands in a file, each bad row is told with its line and every good one is read. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BadRow, ImportProblem, readRows } from './import-read.ts';
import { type FileKind, productFile, stockFile, storeFile } from './import-rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read<Row>(kind: FileKind<Row>, content: string | Buffer, name = 'file.csv') {
  const file = path.join(folder, name);
  await writeFile(file, content);
  const bad: Omit<BadRow, 'file'>[] = [];
  const rows: { line: number; row: Row }[] = [];
  for await (const each of readRows({ file, kind, onBad: ({ line, reason }) => bad.push({ line, reason }) }))
    rows.push(each);
  return { rows, bad };
}

test('a product row as a chain writes it, and as the sample does', async () => {
  const own = await read(productFile, 'PRODUCT_ID\n12\n');
  expect(own.rows[0]?.row).toEqual({
    sku: '12',
    name: 'Article 12',
    department: '',
    category: '',
    packageSize: '',
    brand: '',
    ean: '2000000000121',
    priceMinor: null,
  });
  const { rows, bad } = await read(
    productFile,
    '\uFEFF"product_id","name","price","ean","brand"\n"A-1","Bread, white","3.49","4006381333931","Own"\n7,"  Milk ",0,,\n',
  );
  expect(bad).toEqual([]);
  expect(rows.map(({ row }) => [row.sku, row.name, row.priceMinor, row.ean, row.brand])).toEqual([
    ['A-1', 'Bread, white', 349, '4006381333931', 'Own'],
    ['7', 'Milk', 0, '2000000000077', ''],
  ]);
});

test('an unreadable number gets no in-store code; an article that is no number has none until it is given', async () => {
  const { rows } = await read(productFile, 'product_id\nABC\n12345678901\n9e+05\n');
  expect(rows.map(({ row }) => row.ean)).toEqual(['', '', '']);
});

test.each([
  ['a,b', 'product_id may hold letters'],
  ['', 'product_id is empty'],
  ['x'.repeat(65), 'product_id is longer than 64 characters'],
  ['1,-5', 'unit_cents must be a whole number of cents, or empty'],
  ['1,3.49', 'unit_cents must be a whole number of cents, or empty'],
  ['1,99999999999', 'unit_cents must be at most 1000000000'],
  ['1,5,4006381333932', 'ean is not an EAN-13'],
  ['1,5,,"a\u0000b"', 'name holds characters that are not UTF-8 text'],
])('the row %j is told', async (row, reason) => {
  const fields = row.startsWith('a,b') ? '"a,b",,,' : row + ','.repeat(3 - row.split(',').length + 1);
  const { rows, bad } = await read(productFile, `product_id,unit_cents,ean,name\n1,,,\n${fields}\n2,,,\n`);
  expect(rows.map((each) => each.row.sku)).toEqual(['1', '2']);
  expect(bad).toEqual([{ line: 3, reason: expect.stringContaining(reason) }]);
});

test('rows of another shape are told by their line, also after a field with line breaks', async () => {
  const { rows, bad } = await read(storeFile, 'store_number,name\n1,"two\nlines"\n2\n3,c,d\n4,Four\n');
  expect(rows.map((each) => each.row.number)).toEqual(['4']);
  expect(bad.map(({ line }) => line)).toEqual([3, 4, 5]);
  expect(bad[0]?.reason).toContain('not UTF-8 text');
  expect(bad[1]?.reason).toBe('has another number of fields than the first line');
});

test('a quotation mark that is never closed ends the file, and is told', async () => {
  const { rows, bad } = await read(storeFile, 'store_number,name\n1,One\n2,"Two\n3,Three\n');
  expect(rows.map((each) => each.row.number)).toEqual(['1']);
  expect(bad).toEqual([{ line: expect.any(Number), reason: expect.stringContaining('never closed') }]);
});

test('quantities are whole and bounded; a document may be left out', async () => {
  const { rows, bad } = await read(
    stockFile,
    'store_number,product_id,quantity,document\n1,2,3,\n1,2,0,\n1,2,1.5,\n1,2,1000001,\n1,2,-1,D9\n1,2,1,D9\n',
  );
  expect(rows.map(({ row }) => [row.quantity, row.document])).toEqual([
    [3, 'opening'],
    [1, 'D9'],
  ]);
  expect(bad.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
});

test.each([
  ['missing column', 'name\nx\n', 'file.csv', /lacks the column store_number: its first line is "name"/],
  ['column twice', 'store_number,store_number\n1,1\n', 'file.csv', /has the column store_number twice/],
  ['empty', '', 'file.csv', /is empty: its first line must name the columns/],
  ['not gzip', 'store_number\n1\n', 'file.csv.gz', /cannot be read after line 1 \(incorrect header check\)/],
])('a file that is %s is one clear sentence', async (_title, content, name, sentence) => {
  const problem = await read(storeFile, content, name).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ImportProblem);
  expect((problem as Error).message).toMatch(sentence);
});

test('a gz file that ends too early gives what it has, then says so', async () => {
  const whole = gzipSync(
    `store_number\n${Array.from({ length: 50_000 }, (_, index) => `${index}x${index * 7919}`).join('\n')}\n`,
  );
  const file = path.join(folder, 'cut.csv.gz');
  await writeFile(file, whole.subarray(0, whole.length - 5_000));
  let rows = 0;
  const reading = (async () => {
    for await (const _row of readRows({ file, kind: storeFile, onBad: () => undefined })) rows += 1;
  })();
  await expect(reading).rejects.toThrow(
    /cannot be read after line \d+ \(unexpected end of file\): get a whole copy/,
  );
  expect(rows).toBeGreaterThan(10_000);
});

test('a file that is not there, and a folder, are one clear sentence', async () => {
  const readFile = async (file: string) => {
    for await (const _row of readRows({ file, kind: storeFile, onBad: () => undefined })) return;
  };
  await expect(readFile(path.join(folder, 'none.csv'))).rejects.toThrow(
    /cannot be opened \(ENOENT\): check its name/,
  );
  await expect(readFile(folder)).rejects.toThrow(/is not a file/);
});

test('a store may say where it is: both degrees within the earth, or neither', async () => {
  const { rows, bad } = await read(
    storeFile,
    'store_number,latitude,longitude\n1,-23.55,-46.63\n2,,\n3,-23.55,\n4,91,0\n5,north,0\n6,0,-180.0\n',
  );
  expect(rows.map(({ row }) => [row.number, row.place])).toEqual([
    ['1', { latitude: -23.55, longitude: -46.63 }],
    ['2', null],
    ['6', { latitude: 0, longitude: -180 }],
  ]);
  expect(bad).toHaveLength(3);
});
