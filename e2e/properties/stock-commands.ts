import fc from 'fast-check';

/** What may happen to stock, by operations of tills and of the API and by the authority's own housekeeping. */
export const OPERATIONS = [
  'receive',
  'reserve',
  'reserve-allotted',
  'sell',
  'sell-held',
  'commit',
  'commit-part',
  'release',
  'expire',
  'return',
  'count',
  'adjust',
  'adjust-stale',
  'surrender',
  'settle',
  'transfer-request',
  'transfer-cancel',
  'transfer-dispatch',
  'transfer-receive',
] as const;
export const HOUSEKEEPING = [
  'grant',
  'recall',
  'close',
  'lapse',
  'retire',
  'force',
  'deal',
  'pass-time',
  'end-overdue',
  'expire-transfers',
] as const;
export type OperationKind = (typeof OPERATIONS)[number];
export type HousekeepingKind = (typeof HOUSEKEEPING)[number];

/** One step. Small domains, so that steps meet: two stores of two tills, two articles, four holds, two transfers. */
export interface Command {
  readonly kind: OperationKind | HousekeepingKind;
  readonly store: number;
  readonly sku: number;
  /** null: by the API. */
  readonly till: number | null;
  readonly quantity: number;
  /** Units that the till says it took of its own allotment; a difference below zero for an adjustment. */
  readonly charged: number;
  readonly ref: number;
  /** A second line: the other article, or the same one again in a sale. */
  readonly second: 'none' | 'other' | 'same';
}

export const STORES = [0, 1] as const;
export const SKUS = ['tea', 'mate'] as const;
export const TILLS = [0, 1] as const;
export const HOLDS_COUNT = 4;
export const TRANSFERS_COUNT = 2;
export const HOLD_SECONDS = 300;
export const TRANSFER_SECONDS = 900;
/** Of time that passes at once, per unit of quantity. */
export const PASS_SECONDS = 100;

/** What leads deepest comes most often: units must be leased and held before their end can go wrong. */
const WEIGHTS: Partial<Record<Command['kind'], number>> = {
  grant: 4,
  'reserve-allotted': 6,
  reserve: 3,
  sell: 3,
  'sell-held': 4,
  commit: 2,
  'commit-part': 3,
  release: 2,
  expire: 2,
  surrender: 2,
  settle: 3,
  'transfer-request': 4,
  'transfer-cancel': 3,
  'transfer-dispatch': 3,
  lapse: 2,
  force: 2,
  deal: 2,
  'pass-time': 2,
};
const kinds = fc.constantFrom(
  ...[...OPERATIONS, ...HOUSEKEEPING].flatMap((kind) =>
    Array<Command['kind']>(WEIGHTS[kind] ?? 1).fill(kind),
  ),
);

const command: fc.Arbitrary<Command> = fc.record({
  kind: kinds,
  store: fc.constantFrom(0, 0, 0, 0, 1),
  sku: fc.constantFrom(0, 0, 0, 0, 0, 1),
  till: fc.constantFrom(0, 0, 0, 0, 1, 1, null),
  quantity: fc.constantFrom(1, 1, 2, 2, 3, 5),
  charged: fc.nat({ max: 5 }),
  ref: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
  second: fc.constantFrom('none', 'none', 'none', 'other', 'same'),
});

const plain = { sku: 0, till: 0, charged: 0, ref: 0, second: 'none' } as const;
/** Stock in both stores, and a lease: most sequences begin with it. */
const STOCKED: readonly Command[] = [
  { ...plain, kind: 'receive', store: 0, quantity: 8 },
  { ...plain, kind: 'receive', store: 1, quantity: 6 },
  { ...plain, kind: 'grant', store: 0, quantity: 5 },
];

export const commands: fc.Arbitrary<Command[]> = fc
  .tuple(
    fc.constantFrom([], STOCKED, STOCKED, STOCKED),
    fc.array(command, { minLength: 1, maxLength: 20, size: 'max' }),
  )
  .map(([before, sequence]) => [...before, ...sequence]);

export interface Line {
  readonly sku: number;
  readonly quantity: number;
}

/** The lines of a command; only sales and returns may name an article twice. */
export function linesOf({ kind, sku, quantity, second }: Command): Line[] {
  const line = { sku, quantity };
  if (second === 'other') return [line, { sku: 1 - sku, quantity: 1 }];
  const mayRepeat = kind === 'sell' || kind === 'sell-held' || kind === 'return';
  return second === 'same' && mayRepeat ? [line, { sku, quantity: 2 }] : [line];
}
