/** The rules of the stores service. Pure: time, ids and secrets come in. */
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { StoresEvent } from '@gondola/shared/schemas/events.ts';
import type { EnrolmentCode, ProductInput, Till } from './model.ts';

/** Why a code enrols nobody. Closed, in order of precedence. */
export type EnrolRefusal = 'code-unknown' | 'code-used' | 'code-expired' | 'till-revoked' | 'name-taken';

/** Each refusal in one sentence that says what to do. */
export const enrolRefusalSentences: Readonly<Record<EnrolRefusal, string>> = {
  'code-unknown': 'This code is not known: check the letters, or make a new code at the console.',
  'code-used': 'This code has been used already: make a new code at the console.',
  'code-expired': 'This code has expired: make a new code at the console.',
  'till-revoked': 'The till of this code was withdrawn: make a code for a new till at the console.',
  'name-taken':
    'Another till of this store has this name: choose another name, or make a code for that till.',
};

/** What an enrolment may look at. */
export interface EnrolmentFacts {
  readonly code: EnrolmentCode | null;
  /** The till that the code renews, when it names one. */
  readonly renewed: Till | null;
  /** An active till of the store with the wanted name. */
  readonly sameName: Till | null;
}

/** A new till, or the next life of an old one. */
export type Enrolment =
  | { readonly kind: 'new'; readonly storeId: string }
  | { readonly kind: 'renewed'; readonly storeId: string; readonly tillId: string; readonly life: number };

/** Judges a code; a refusal does not use it up. */
export function judgeEnrolment(facts: EnrolmentFacts, now: string): Result<Enrolment, EnrolRefusal> {
  const { code, renewed, sameName } = facts;
  if (code === null) return failure('code-unknown');
  if (code.usedAt !== null) return failure('code-used');
  if (code.expiresAt <= now) return failure('code-expired');
  if (code.tillId !== null && renewed?.state !== 'ACTIVE') return failure('till-revoked');
  if (sameName !== null && sameName.tillId !== code.tillId) return failure('name-taken');
  if (renewed === null) return success({ kind: 'new', storeId: code.storeId });
  return success({ kind: 'renewed', storeId: code.storeId, tillId: renewed.tillId, life: renewed.life + 1 });
}

const codeAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'; // no I, L, O, U: nobody can misread it
const codeLength = 10;

/** A code that people type, from random bytes: `7K3QF-0M2XA`. */
export function codeFromBytes(bytes: Uint8Array): string {
  const letters = Array.from(bytes.slice(0, codeLength), (byte) => codeAlphabet[byte % 32]).join('');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** The code as it was made, from what somebody typed. */
export function normaliseCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return `${letters.slice(0, 5)}-${letters.slice(5)}`;
}

/** A product to write and the events that say so. */
export interface ProductChange {
  readonly product: ProductInput;
  readonly isNew: boolean;
  readonly events: readonly StoresEvent[];
}

/** A row that cannot be saved as it is. */
export interface RefusedProduct {
  readonly sku: string;
  readonly reason: string;
}

/**
 * What is new in these products. `existing` holds the known ones among them; `owners` says which article
 * has a code already.
 */
export function diffProducts(
  incoming: readonly ProductInput[],
  existing: ReadonlyMap<string, ProductInput>,
  owners: ReadonlyMap<string, string>,
): { readonly changes: readonly ProductChange[]; readonly refused: readonly RefusedProduct[] } {
  const changes: ProductChange[] = [];
  const refused: RefusedProduct[] = [];
  const taken = new Map(owners);
  for (const product of incoming) {
    const owner = product.ean === '' ? product.sku : (taken.get(product.ean) ?? product.sku);
    if (owner !== product.sku) {
      refused.push({ sku: product.sku, reason: `the code ${product.ean} belongs to article ${owner}` });
      continue;
    }
    if (product.ean !== '') taken.set(product.ean, product.sku);
    const known = existing.get(product.sku);
    const events = eventsOf(product, known);
    if (events.length > 0) changes.push({ product, isNew: known === undefined, events });
  }
  return { changes, refused };
}

function eventsOf(product: ProductInput, known: ProductInput | undefined): StoresEvent[] {
  const { sku, name, priceMinor } = product;
  const events: StoresEvent[] = [];
  const { priceMinor: _new, ...described } = product;
  const { priceMinor: oldPrice, ...oldDescribed } = known ?? { priceMinor: null };
  if (known === undefined || !sameFields(described, oldDescribed as typeof described)) {
    events.push({ type: 'ProductChanged', sku: sku as never, name });
  }
  if (priceMinor !== oldPrice) events.push({ type: 'PriceChanged', sku: sku as never, priceMinor });
  return events;
}

function sameFields<Fields extends object>(one: Fields, other: Fields): boolean {
  return (Object.keys(one) as (keyof Fields)[]).every((name) => one[name] === other[name]);
}
