/** A broken rule of the program itself: never a user's mistake, never the network's. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

/** Throws {@link BrokenRule} unless the rule holds. `why` says why it must. */
export function assert(holds: boolean, why: string): asserts holds {
  if (!holds) throw new BrokenRule(why);
}

/** The value itself, which must be there; `why` says why it must. */
export function must<T>(value: T | null | undefined, why: string): T {
  if (value === null || value === undefined) throw new BrokenRule(why);
  return value;
}

/** Closes a switch over a union: the compiler refuses it while a member is missing. */
export function assertNever(value: never, what: string): never {
  throw new BrokenRule(`unexpected ${what}: ${JSON.stringify(value)}`);
}
