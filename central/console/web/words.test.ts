import { describe, expect, it } from 'vitest';
import { createFormats } from './format.ts';
import { en } from './words-en.ts';
import { ptBr } from './words-pt-br.ts';

type Tree = { readonly [key: string]: string | Tree };

function flat(tree: Tree, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value]] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const valuesOf = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe('the words', () => {
  it('are the same in every language, with the same values to fill in', () => {
    const english = flat(en);
    const portuguese = flat(ptBr);
    expect([...portuguese.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, text] of english)
      expect([key, valuesOf(portuguese.get(key) ?? '')]).toEqual([key, valuesOf(text)]);
  });
});

describe('formats', () => {
  const formats = createFormats('en');
  const MINUTE = 60_000;

  it('say a length of time in its largest fitting unit', () => {
    const lengths = [-5, 0, 59_999, MINUTE, 59 * MINUTE, 90 * MINUTE, 49 * 60 * MINUTE];
    expect(lengths.map(formats.since)).toEqual([
      '0 sec',
      '0 sec',
      '59 sec',
      '1 min',
      '59 min',
      '1 hr',
      '2 days',
    ]);
  });

  it('sign changes and clock errors', () => {
    expect([formats.change(3), formats.change(-2), formats.change(0)]).toEqual(['+3', '−2', '0']);
    expect([
      formats.clockError(2_540),
      formats.clockError(-95_000),
      formats.clockError(3 * 60 * MINUTE),
    ]).toEqual(['+2.5 sec', '-1.6 min', '+3 hr']);
  });

  it('count down to zero and no further', () => {
    expect([formats.countdown(247_000), formats.countdown(1), formats.countdown(-9)]).toEqual([
      '4:07',
      '0:01',
      '0:00',
    ]);
  });

  it('leave the date away on the same day only', () => {
    const noon = Date.parse('2026-03-02T12:00:00');
    expect(formats.moment(noon, noon + MINUTE)).toBe('12:00');
    expect(formats.moment(noon, noon + 24 * 60 * MINUTE)).toContain('3/2/26');
  });
});
