/** A proof that cannot fail proves nothing: what must be told of a trace in which a flush is missing or late. */
import { expect, test } from 'vitest';
import { judge, readCalls } from './judge.ts';

const LOG = '/p/Default/IndexedDB/http_127.0.0.1_1.indexeddb.leveldb/000003.log';
const write = (at: number, sequence: number): string =>
  `7  ${at.toFixed(6)} write(9<${LOG}>, "..\\"sequence\\":${sequence},\\"previousHash\\"..", 900) = 900 <0.000100>`;
const sync = (at: number, file = LOG, result = '0'): string =>
  `7  ${at.toFixed(6)} fdatasync(9<${file}>) = ${result} <0.200000>`;
const whyOf = (lines: readonly string[], labelAt: number): string[] =>
  judge([{ sequence: 3, labelAt }], readCalls(lines.join('\n'))).violations.map(({ why }) => why);
const LATE = 'its label stood before its record was flushed';

test('a record that was written and flushed before its label is proven', () => {
  expect(whyOf([write(10, 3), sync(11)], 12)).toEqual([]);
  const cut = [
    `7  11.000000 fdatasync(9<${LOG}> <unfinished ...>`,
    `8  11.100000 write(1<pipe:[1]>, "x", 1) = 1 <0.000010>`,
    '7  11.200000 <... fdatasync resumed>) = 0 <0.200000>',
  ];
  expect(whyOf([write(10, 3), ...cut], 12)).toEqual([]);
  expect(whyOf([write(10, 3), ...cut], 11.15)).toEqual([LATE]);
});

test.each([
  ['no flush at all', [write(10, 3)]],
  ['only a flush before the write', [sync(9), write(10, 3)]],
  ['a flush that returned after the label', [write(10, 3), sync(11.9)]],
  ['a flush of another file', [write(10, 3), sync(11, `${LOG}.other`)]],
  ['a flush that failed', [write(10, 3), sync(11, LOG, '-1 EIO (Input/output error)')]],
])('%s is a violation', (_what, lines) => {
  expect(whyOf(lines, 12)).toEqual([LATE]);
});

test('the record of another sale proves nothing', () => {
  expect(whyOf([write(10, 33), sync(11)], 12)).toEqual(['its record was not seen being written']);
});
