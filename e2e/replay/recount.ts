import type { Observed } from './observe.ts';
import { type Author, type Hold, PoolModel } from './pool-model.ts';
import type { LoggedEvent } from './postgres-truth.ts';
import { type Item, itemsOf, type Line } from './recount-items.ts';

/**
 * An independent model of the stock: a second opinion that shares no code with the authority. It plays opening stock,
 * journals, API answers, what was leased to tills and the ends of holds in the order of their positions, and says what each
 * pool must hold.
 */

export interface Recount {
  readonly pools: ReadonlyMap<string, PoolModel>;
  /** Units accepted or leased beyond what the book had at that position. Must be 0. */
  readonly promiseOversell: number;
  /** Units that left, or were found missing, beyond the book. */
  readonly physicalExcess: number;
  /** Units held for somebody that such an excess took away. */
  readonly promisesUnfulfillable: number;
  /** Pools in which the authority refused what this model would have accepted. */
  readonly unexplained: ReadonlySet<string>;
  /** Refused reserves, by the web and by tills, although the store had that many unspent units. */
  readonly refusedWhileUnitsExisted: { readonly web: number; readonly tills: number };
  /** Unspent units of every pool of the store when its outage began, by the outage's index. */
  readonly atOutage: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

export function recount(observed: Observed, events: readonly LoggedEvent[]): Recount {
  const model = new Model(observed.opening);
  for (const item of itemsOf(observed, events)) model.play(item);
  return model.result();
}

class Model {
  readonly #pools = new Map<string, PoolModel>();
  readonly #holds = new Map<string, Hold>();
  readonly #unexplained = new Set<string>();
  readonly #atOutage = new Map<number, ReadonlyMap<string, number>>();
  readonly #refused = { web: 0, tills: 0 };
  #promiseOversell = 0;
  #physicalExcess = 0;
  #promisesUnfulfillable = 0;

  constructor(opening: Observed['opening']) {
    for (const { storeId, sku, quantity } of opening)
      this.#pools.set(`${storeId}/${sku}`, new PoolModel(quantity));
  }

  result(): Recount {
    return {
      pools: this.#pools,
      promiseOversell: this.#promiseOversell,
      physicalExcess: this.#physicalExcess,
      promisesUnfulfillable: this.#promisesUnfulfillable,
      unexplained: this.#unexplained,
      refusedWhileUnitsExisted: this.#refused,
      atOutage: this.#atOutage,
    };
  }

  play(item: Item): void {
    switch (item.kind) {
      case 'hold-over':
        this.#endHold(item.reservationId);
        return;
      case 'leased':
        this.#lease(item.event);
        return;
      case 'outage':
        this.#mark(item.index, item.storeId);
        return;
      case 'operation':
        this.#operate(item);
        return;
    }
  }

  #mark(index: number, storeId: string): void {
    const unspent = new Map<string, number>();
    for (const [key, pool] of this.#pools)
      if (key.startsWith(`${storeId}/`)) unspent.set(key.slice(storeId.length + 1), pool.unspent);
    this.#atOutage.set(index, unspent);
  }

  #lease(event: LoggedEvent['event']): void {
    if (event.type === 'ReservationTakenOver') {
      const hold = this.#holds.get(String(event.reservationId));
      if (hold !== undefined) hold.lease = null;
      return;
    }
    const pool = this.#pool(String(event.storeId), String(event.sku));
    const key = `${event.tillId}/${event.life}`;
    const known = pool.leases.get(key);
    if (event.type === 'AllotmentGranted') {
      const quantity = Number(event.quantity);
      this.#promiseOversell += Math.max(0, quantity - (pool.deficit > 0 ? 0 : pool.free));
      pool.free -= quantity;
      if (known === undefined || known.isClosed)
        pool.leases.set(key, { unspent: quantity, isInDoubt: false, isClosed: false });
      else known.unspent += quantity;
    } else if (known !== undefined && event.type === 'AllotmentExpired') {
      known.isInDoubt = true;
    } else if (known !== undefined) {
      pool.put(known.unspent);
      Object.assign(known, { unspent: 0, isClosed: true });
    }
  }

  #operate({ body, storeId, position, by, accepted }: Extract<Item, { kind: 'operation' }>): void {
    const lines = (body.lines ?? [body]) as Line[];
    switch (body.type) {
      case 'reserve':
        this.#reserve(storeId, body as never, accepted, by);
        return;
      case 'commit':
        if (accepted) this.#takeHold(String(body.reservationId), Number.POSITIVE_INFINITY, position, by);
        return;
      case 'release':
        if (accepted) this.#endHold(String(body.reservationId));
        return;
      case 'sell':
        for (const line of lines) this.#sell(storeId, line, position, by);
        return;
      case 'return':
      case 'receive':
        for (const { sku, quantity } of lines) {
          const pool = this.#pool(storeId, sku);
          pool.put(quantity);
          pool.changes.push({ position, delta: quantity, by });
        }
        return;
      case 'count':
        this.#count(storeId, body as never, position, by);
        return;
      case 'surrender':
      case 'settle':
        for (const line of lines) this.#giveUp(storeId, line, body.type === 'settle', by);
        return;
      // Its effect is the end of the hold, which stands in the reservations themselves.
      case 'expire':
        return;
      default:
        throw new Error(`the recount does not know ${body.type}`);
    }
  }

  #pool(storeId: string, sku: string): PoolModel {
    const key = `${storeId}/${sku}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = new PoolModel(0);
    this.#pools.set(key, pool);
    return pool;
  }

  #giveUp(storeId: string, { sku, quantity }: Line, isFinal: boolean, by: Author | null): void {
    const pool = this.#pool(storeId, sku);
    const lease = by === null ? undefined : pool.leaseOf(by);
    if (lease === undefined || lease.isClosed) return;
    const given = isFinal ? lease.unspent : Math.min(quantity, lease.unspent);
    lease.unspent -= given;
    if (isFinal) lease.isClosed = true;
    pool.put(given);
  }

  #reserve(
    storeId: string,
    body: Line & { reservationId: string; allotted?: true },
    accepted: boolean,
    by: Author | null,
  ): void {
    const pool = this.#pool(storeId, body.sku);
    const { quantity } = body;
    const lease = by === null || body.allotted !== true ? undefined : pool.leaseOf(by);
    const isOwn = lease !== undefined && !lease.isClosed && lease.unspent >= quantity;
    const available = pool.deficit > 0 ? 0 : pool.free;
    if (!accepted) {
      if (isOwn || available >= quantity) this.#unexplained.add(`${storeId}/${body.sku}`);
      if (pool.unspent - pool.deficit >= quantity) this.#refused[by === null ? 'web' : 'tills'] += 1;
      return;
    }
    if (isOwn) {
      lease.unspent -= quantity;
    } else {
      this.#promiseOversell += Math.max(0, quantity - available);
      pool.free -= quantity;
    }
    pool.held += quantity;
    this.#holds.set(body.reservationId, { pool, quantity, lease: isOwn ? lease : null });
  }

  /** Units of the hold leave with a customer, at most `wanted`; the rest goes back. Returns how many left. */
  #takeHold(reservationId: string, wanted: number, position: number, by: Author | null): number {
    const hold = this.#holds.get(reservationId);
    if (hold === undefined) return 0;
    const taken = Math.min(wanted, hold.quantity);
    this.#holds.delete(reservationId);
    hold.pool.held -= hold.quantity;
    hold.pool.giveBack(hold, hold.quantity - taken);
    hold.pool.changes.push({ position, delta: -taken, by });
    return taken;
  }

  #endHold(reservationId: string): void {
    const hold = this.#holds.get(reservationId);
    if (hold === undefined) return;
    this.#holds.delete(reservationId);
    hold.pool.held -= hold.quantity;
    hold.pool.giveBack(hold, hold.quantity);
  }

  #sell(storeId: string, line: Line, position: number, by: Author | null): void {
    const pool = this.#pool(storeId, line.sku);
    const hold = line.reservationId === undefined ? undefined : this.#holds.get(line.reservationId);
    const fromHold =
      hold?.pool === pool ? this.#takeHold(line.reservationId ?? '', line.quantity, position, by) : 0;
    const rest = line.quantity - fromHold;
    const lease = by === null ? undefined : pool.leaseOf(by);
    const own =
      lease === undefined || lease.isClosed ? 0 : Math.min(line.allottedQuantity ?? 0, rest, lease.unspent);
    if (lease !== undefined) lease.unspent -= own;
    if (own > 0) pool.changes.push({ position, delta: -own, by });
    if (rest > own) this.#remove(pool, rest - own, position, by);
  }

  /** A fact takes units out; what only waits for another till to give units back is no broken promise yet. */
  #remove(pool: PoolModel, quantity: number, position: number, by: Author | null): void {
    const owedBefore = Math.max(0, pool.deficit - pool.allotted - pool.inDoubt);
    this.#physicalExcess += pool.take(quantity);
    const owed = Math.max(0, pool.deficit - pool.allotted - pool.inDoubt) - owedBefore;
    this.#promisesUnfulfillable += Math.min(owed, Math.max(0, pool.held - owedBefore));
    pool.changes.push({ position, delta: -quantity, by });
  }

  /** The book at the count's cut, added up from the opening: what the log had, and what this till had done before. */
  #count(
    storeId: string,
    body: { sku: string; quantity: number; checkpoint: { position: number } },
    position: number,
    by: Author | null,
  ): void {
    const pool = this.#pool(storeId, body.sku);
    let book = pool.opening;
    for (const change of pool.changes) {
      const own = by !== null && change.by?.tillId === by.tillId && change.by.sequence < by.sequence;
      if (change.position <= body.checkpoint.position || own) book += change.delta;
    }
    const difference = body.quantity - book;
    if (difference > 0) {
      pool.put(difference);
      pool.changes.push({ position, delta: difference, by });
    }
    if (difference < 0) this.#remove(pool, -difference, position, by);
  }
}
