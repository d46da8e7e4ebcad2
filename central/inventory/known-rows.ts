/** Keys kept before they are forgotten and asked for again: about 60 MB of text. */
const KNOWN_KEYS_MAX = 500_000;

/**
 * Rows that are certainly in the database, as none is ever deleted: a batch that touches only such need not try to
 * insert them first.
 */
export class KnownRows {
  readonly #keys = new Set<string>();

  /** Those that may still be missing. */
  unknownOf<Key>(keys: readonly Key[], textOf: (key: Key) => string): Key[] {
    return keys.filter((key) => !this.#keys.has(textOf(key)));
  }

  add(texts: Iterable<string>): void {
    if (this.#keys.size > KNOWN_KEYS_MAX) this.#keys.clear();
    for (const text of texts) this.#keys.add(text);
  }

  /** The database was put back under the running program: nothing is certain. */
  forget(): void {
    this.#keys.clear();
  }
}
