import { readdirSync, readFileSync } from 'node:fs';
import { CONFLICT_KINDS, LABELS } from '@gondola/shared/domain/labels.ts';
import { REFUSAL_REASONS } from '@gondola/shared/domain/refusal.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import { describe, expect, it } from 'vitest';
import { createFormats, pickUpCode } from './format.ts';
import { cssVariables } from './theme.ts';
import { conflictWords, reasonKey, receiptOfConflict } from './wording.ts';
import { en } from './words-en.ts';
import { ptBr } from './words-pt-br.ts';

function keysOf(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : keysOf(value, `${path}${key}.`),
  );
}
const keys = new Set(keysOf(en));

describe('the words', () => {
  it('are the same set in both languages, with the same gaps to fill', () => {
    expect(keysOf(ptBr).sort()).toEqual([...keys].sort());
    const gaps = (words: object, key: string): string[] => {
      const text = key
        .split('.')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], words);
      return [...String(text).matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
    };
    for (const key of keys) expect(gaps(ptBr, key), key).toEqual(gaps(en, key));
  });

  it('exist for every key that a screen names', () => {
    const folder = import.meta.dirname;
    for (const file of readdirSync(folder).filter(
      (name) => /\.tsx?$/.test(name) && !name.includes('.test.'),
    )) {
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      for (const [, key] of text.matchAll(/\bt\(\s*'([\w.-]+)'/g)) {
        expect(keys.has(key ?? '') || keys.has(`${key}_one`), `${file}: ${key}`).toBe(true);
      }
    }
  });

  it('exist for every conflict and every reason', () => {
    for (const reason of REFUSAL_REASONS) expect(keys.has(reasonKey(reason)), reason).toBe(true);
    for (const kind of CONFLICT_KINDS) {
      for (const operationType of [
        'sell',
        'reserve',
        'commit',
        'release',
        'transfer-receive',
        'something-new',
      ]) {
        const words = conflictWords({ kind, operationType, reason: 'never heard of' } as ConflictRow);
        for (const key of Object.values(words)) expect(keys.has(key), key).toBe(true);
      }
    }
  });
});

describe('a label', () => {
  it('has words and a colour of its own, in light and dark', () => {
    const { light, dark } = cssVariables({} as never);
    for (const colours of [light, dark]) {
      const states = ['--till-good', '--till-careful', '--till-bad', '--till-sure'] as const;
      const values = states.map((name) => (colours as Readonly<Record<string, string>>)[name]);
      expect(new Set(values).size).toBe(4);
    }
    for (const label of LABELS) expect(keys.has(`label.${label}`), label).toBe(true);
  });
});

describe('an operation in the queue', () => {
  it('has a name, whatever it is', () => {
    for (const { shape } of operationBodySchema.options)
      expect(keys.has(`operation.${shape.type.value}`), shape.type.value).toBe(true);
  });
});

describe('figures', () => {
  it('are written as the language writes them', () => {
    expect(createFormats('pt-BR', 'BRL').money(123456)).toBe('R$\u00a01.234,56');
    expect(createFormats('en', 'USD').money(5)).toBe('$0.05');
    expect(createFormats('en', 'JPY').money(500)).toBe('¥500');
    expect(createFormats('en', 'USD').since(12 * 60_000)).toBe('12 min');
    expect(createFormats('en', 'USD').countdown(247_000)).toBe('4:07');
    expect(createFormats('en', 'USD').countdown(-5)).toBe('0:00');
  });

  it('name holds and receipts so that people can say them', () => {
    expect(pickUpCode('33333333-3333-4333-8333-00000000ab12')).toBe('00AB12');
    const sale = { operationId: 'till:x:1:42', operationType: 'sell' } as ConflictRow;
    expect(receiptOfConflict(sale)).toBe('1-000042');
    // A hold has a number in the journal too, but nobody was given a receipt of it.
    expect(receiptOfConflict({ ...sale, operationType: 'reserve' })).toBeNull();
    expect(receiptOfConflict({ ...sale, operationId: 'api:k:v' })).toBeNull();
  });
});
