/**
 * IndexedDB confirms a transaction before it has been flushed unless it is asked for `durability: 'strict'`, and
 * PouchDB has no way to ask. So the one function that starts transactions is wrapped, before PouchDB opens anything.
 */

export interface DurabilityWatch {
  /** The durability of the last transaction that could write, as the browser reports it; null before the first. */
  last(): string | null;
  /** How many of them were not strict. */
  notStrict(): number;
}

interface Wrapped {
  (
    this: IDBDatabase,
    names: string | string[],
    mode?: IDBTransactionMode,
    options?: IDBTransactionOptions,
  ): IDBTransaction;
  watch?: DurabilityWatch;
}

/** Makes every writing transaction of this page strict; installing it twice changes nothing. */
export function installStrictDurability(prototype: IDBDatabase = IDBDatabase.prototype): DurabilityWatch {
  const original = prototype.transaction as Wrapped;
  if (original.watch !== undefined) return original.watch;
  let last: string | null = null;
  let notStrict = 0;
  const wrapped: Wrapped = function (names, mode, options) {
    if (mode !== 'readwrite') return original.call(this, names, mode, options);
    const transaction = original.call(this, names, mode, { ...options, durability: 'strict' });
    // What counts is what the browser made of it: an old one ignores the option.
    last = transaction.durability ?? 'unknown';
    if (last !== 'strict') notStrict += 1;
    return transaction;
  };
  wrapped.watch = { last: () => last, notStrict: () => notStrict };
  prototype.transaction = wrapped as IDBDatabase['transaction'];
  return wrapped.watch;
}
