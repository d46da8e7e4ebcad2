import { expect, it } from 'vitest';
import { halfDecades, parseAuthorityOptions } from './authority-options.ts';
import { acknowledgedSequence, readAnswer } from './http-connection.ts';
import { tpsOf } from './pgbench.ts';
import { quantile } from './quantile.ts';

it('reads an answer once it is whole', () => {
  const whole = Buffer.from('HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 4\r\n\r\n{"a"');
  expect(readAnswer(whole.subarray(0, 20))).toBeNull();
  expect(readAnswer(whole.subarray(0, -1))).toBeNull();
  expect(readAnswer(whole)).toEqual({ status: 200, body: '{"a"' });
  expect(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('length');
});

it('reads what a push acknowledged, whatever else the answer says', () => {
  const body = '{"acknowledged":{"sequence":12,"hash":"ab"},"head":{"sequence":3}}';
  expect(acknowledgedSequence(body)).toBe(12);
  expect(acknowledgedSequence('{"acknowledged":{"hash":"ab","sequence":7}}')).toBe(7);
  expect(acknowledgedSequence('{"title":"busy","head":{"sequence":3}}')).toBeNull();
});

it('reads the rate that pgbench prints', () => {
  const output = 'initial connection time = 9.1 ms\ntps = 8614.25 (without initial connection time)\n';
  expect(tpsOf(output)).toBe(8614.25);
  expect(
    tpsOf('number of transactions actually processed: 0\nnumber of failed transactions: 0 (NaN%)\n'),
  ).toBe(0);
  expect(() => tpsOf('pgbench: error')).toThrow('rate');
});

it('looks at the curve at half decades and at its end', () => {
  expect(halfDecades(10_000_000)).toEqual([100_000, 316_228, 1_000_000, 3_162_278, 10_000_000]);
  expect(halfDecades(2_000_000)).toEqual([100_000, 316_228, 1_000_000, 2_000_000]);
});

it('knows the middle of nothing', () => {
  expect(quantile([], 0.5)).toBe(0);
  expect(quantile([1, 2, 3], 0.5)).toBe(2);
  expect(quantile([1, 2, 3], 1)).toBe(3);
});

it('tells a wrong option in one sentence', () => {
  expect(parseAuthorityOptions([])).toMatchObject({
    ok: true,
    value: { seconds: 8, stores: 500, items: 400 },
  });
  expect(parseAuthorityOptions(['--growth', '1000000'])).toMatchObject({
    value: { stores: 400, items: 50 },
  });
  expect(parseAuthorityOptions(['--help'])).toEqual({ ok: false, error: 'help' });
  for (const wrong of [['--tills', '0'], ['--nonsense'], ['--seconds', 'long']])
    expect(parseAuthorityOptions(wrong)).toMatchObject({ ok: false, error: expect.stringContaining('--') });
});
