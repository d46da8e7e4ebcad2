/** One pool of the independent model: plain arithmetic, no rule of the authority's code. */

export interface Author {
  readonly tillId: string;
  readonly life: number;
  readonly sequence: number;
}

/** Units leased to one life; a closed lease takes nothing back. */
export interface Lease {
  unspent: number;
  isInDoubt: boolean;
  isClosed: boolean;
}

export interface Hold {
  readonly pool: PoolModel;
  readonly quantity: number;
  lease: Lease | null;
}

export class PoolModel {
  readonly opening: number;
  free: number;
  held = 0;
  deficit = 0;
  readonly leases = new Map<string, Lease>();
  /** Every change of the book, for counts. */
  readonly changes: { readonly position: number; readonly delta: number; readonly by: Author | null }[] = [];

  constructor(opening: number) {
    this.opening = opening;
    this.free = opening;
  }

  get allotted(): number {
    return this.#leased(false);
  }

  get inDoubt(): number {
    return this.#leased(true);
  }

  /** Units that somebody could still sell, whoever holds them. */
  get unspent(): number {
    return this.free + this.allotted + this.inDoubt;
  }

  /** Units come in: what is owed is repaid first. */
  put(quantity: number): void {
    const repaid = Math.min(this.deficit, quantity);
    this.deficit -= repaid;
    this.free += quantity - repaid;
  }

  /** Units go: free ones first, the rest is owed. Returns what the book did not have. */
  take(quantity: number): number {
    const excess = Math.max(0, quantity - this.free);
    this.free -= quantity - excess;
    this.deficit += excess;
    return excess;
  }

  leaseOf({ tillId, life }: Pick<Author, 'tillId' | 'life'>): Lease | undefined {
    return this.leases.get(`${tillId}/${life}`);
  }

  /** Units of an ended hold go back to their lease, if it still stands. */
  giveBack(hold: Hold, quantity: number): void {
    if (hold.lease === null || hold.lease.isClosed) this.put(quantity);
    else hold.lease.unspent += quantity;
  }

  #leased(isInDoubt: boolean): number {
    let sum = 0;
    for (const lease of this.leases.values()) if (lease.isInDoubt === isInDoubt) sum += lease.unspent;
    return sum;
  }
}
