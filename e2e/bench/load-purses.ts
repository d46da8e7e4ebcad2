/** The purses of all tills of the load. */
import { must } from '@gondola/shared/lib/assert.ts';
import { PurseReader } from './pull-purse.ts';
import type { BenchTill } from './push-journal.ts';
import type { PushStock } from './push-stock.ts';

const PULLS_AT_ONCE = 4;

export class Purses {
  readonly #tills: readonly BenchTill[];
  readonly #readers: ReadonlyMap<BenchTill, PurseReader>;
  readonly #stock: PushStock;

  constructor(tills: readonly BenchTill[], baseUrl: string, stock: PushStock) {
    // The tills of one store one after the other: a store is dealt out once none of its tills came for a while.
    this.#tills = tills.toSorted((left, right) => (left.storeId < right.storeId ? -1 : 1));
    this.#readers = new Map(tills.map((till) => [till, new PurseReader(till, baseUrl)]));
    this.#stock = stock;
  }

  /** Every till pulls; nothing may be under way. Returns how many units they may spend together. */
  async pullAll(): Promise<number> {
    const waiting = this.#tills.toReversed();
    let units = 0;
    const work = async () => {
      for (let till = waiting.pop(); till !== undefined; till = waiting.pop()) {
        const { tillNumber } = till.script;
        const unspentUnits = await must(this.#readers.get(till), 'every till has a reader').pull();
        const { chargedUnits } = this.#stock.place(tillNumber).script;
        this.#stock.keepPurse(tillNumber, { unspentUnits: new Map(unspentUnits), chargedUnits });
        for (const unspent of unspentUnits.values()) units += unspent;
      }
    };
    await Promise.all(Array.from({ length: PULLS_AT_ONCE }, work));
    return units;
  }
}
