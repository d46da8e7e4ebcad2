import { expect, it } from 'vitest';
import { inStoreEan13, isEan13 } from './ean.ts';

it('computes the check digit that GS1 publishes for its example', () => {
  expect(isEan13('6291041500213')).toBe(true);
  expect(isEan13('6291041500214')).toBe(false);
  expect(isEan13('629104150021')).toBe(false);
});

it('makes in-store codes with prefix 20, stable and all different', () => {
  expect(inStoreEan13('1075313')).toBe('2000010753130');
  const codes = Array.from({ length: 5_000 }, (_, index) => inStoreEan13(String(index + 1)));
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => isEan13(code) && code.startsWith('20'))).toBe(true);
});
