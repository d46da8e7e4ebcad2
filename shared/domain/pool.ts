import { assert } from '../lib/assert.ts';

/**
 * The stock of one article in one store, cut into buckets of whole units.
 *
 * On hand `B = free + held + allotted + inDoubt − deficit`; no bucket is ever negative, and `free` and `deficit`
 * are never both above zero: any unit that becomes free repays the deficit first.
 */
export interface Pool {
  readonly free: number;
  readonly held: number;
  readonly allotted: number;
  readonly inDoubt: number;
  readonly deficit: number;
}

/** The five buckets and the world outside the books (suppliers, customers, breakage). */
export type Account = 'F' | 'V' | 'Q' | 'X' | 'D' | 'W';

/** `quantity` units leave `from` and enter `to`: a ledger pair, so it cannot be unbalanced. */
export interface Movement {
  readonly from: Account;
  readonly to: Account;
  readonly quantity: number;
}

export const EMPTY_POOL: Pool = { free: 0, held: 0, allotted: 0, inDoubt: 0, deficit: 0 };

/** What the books say stands in the store; below zero when more left than was booked. */
export function onHand(pool: Pool): number {
  return pool.free + pool.held + pool.allotted + pool.inDoubt - pool.deficit;
}

/** The pool after the movements; throws when one would break a rule of {@link Pool}. */
export function evolvePool(pool: Pool, movements: readonly Movement[]): Pool {
  const next = {
    F: pool.free,
    V: pool.held,
    Q: pool.allotted,
    X: pool.inDoubt,
    D: pool.deficit,
    W: 0,
  };
  for (const { from, to, quantity } of movements) {
    assert(
      Number.isSafeInteger(quantity) && quantity > 0,
      'a movement moves a whole, positive number of units',
    );
    // The deficit counts against the book, so it grows when units are taken from it.
    next[from] += from === 'D' ? quantity : -quantity;
    next[to] += to === 'D' ? -quantity : quantity;
  }
  const { F, V, Q, X, D } = next;
  assert(F >= 0 && V >= 0 && Q >= 0 && X >= 0 && D >= 0, 'a bucket of a pool is never negative');
  assert(F === 0 || D === 0, 'free units repay the deficit first');
  return { free: F, held: V, allotted: Q, inDoubt: X, deficit: D };
}

/** How units that come to a pool are booked: the deficit is repaid first, the rest is free. */
export function incoming(pool: Pool, quantity: number, from: Account): Movement[] {
  const repaid = Math.min(pool.deficit, quantity);
  const movements: Movement[] = [];
  if (repaid > 0) movements.push({ from, to: 'D', quantity: repaid });
  if (quantity > repaid) movements.push({ from, to: 'F', quantity: quantity - repaid });
  return movements;
}

/** How units that left in fact are booked: free units first, and what the book lacks becomes deficit. */
export function outgoing(
  pool: Pool,
  quantity: number,
): { readonly movements: Movement[]; readonly excess: number } {
  const covered = Math.min(pool.free, quantity);
  const excess = quantity - covered;
  const movements: Movement[] = [];
  if (covered > 0) movements.push({ from: 'F', to: 'W', quantity: covered });
  if (excess > 0) movements.push({ from: 'D', to: 'W', quantity: excess });
  return { movements, excess };
}
