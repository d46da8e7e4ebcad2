import { describe, expect, it } from 'vitest';
import { CODE_AMONG_MONEY_MIN_CHARACTERS, createScanDetector, splitMultiplier } from './scanner.ts';

function typed(text: string, gapMs: number, charactersMin?: number): string | null {
  const detector = createScanDetector();
  let at = 1_000;
  let code: string | null = null;
  for (const key of [...text, 'Enter']) {
    code = detector.key(key, at, charactersMin);
    at += gapMs;
  }
  return code;
}

describe('the scan detector', () => {
  it('takes a fast burst that ends with Enter for a scan', () => {
    expect(typed('2000000001005', 5)).toBe('2000000001005');
    expect(typed('AB-123', 30)).toBe('AB-123');
  });

  it('leaves typing by hand alone', () => {
    expect(typed('2000000001005', 120)).toBeNull();
    expect(typed('123', 5)).toBeNull();
  });

  it('forgets what was typed before the burst', () => {
    const detector = createScanDetector();
    for (const [index, key] of [...'milk'].entries()) detector.key(key, index * 200);
    let code: string | null = null;
    for (const [index, key] of [...'78912345', 'Enter'].entries())
      code = detector.key(key, 5_000 + index * 4);
    expect(code).toBe('78912345');
  });

  it('lets a pause before Enter end nothing', () => {
    const detector = createScanDetector();
    for (const [index, key] of [...'78912345'].entries()) detector.key(key, index * 4);
    expect(detector.key('Enter', 500)).toBeNull();
  });

  it('takes short numbers for money where money is typed', () => {
    expect(typed('5000', 5, CODE_AMONG_MONEY_MIN_CHARACTERS)).toBeNull();
    expect(typed('78912345', 5, CODE_AMONG_MONEY_MIN_CHARACTERS)).toBe('78912345');
  });
});

describe('a multiplier', () => {
  it.each([
    ['3*789', 3, '789'],
    ['12 * milk', 12, 'milk'],
    ['3*', 3, ''],
    ['milk', 1, 'milk'],
    ['*5', 1, '*5'],
  ])('%s', (text, quantity, rest) => {
    expect(splitMultiplier(text)).toEqual({ quantity, rest });
  });
});
