import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import { type Observed, type ObservedTill, verdictOf } from './observe.ts';

/**
 * An independent model of the stock: a second opinion that shares no code with the authority. It plays opening stock,
 * journals, API answers and the ends of holds in the order of their positions, and says what each pool must hold.
 */

export interface Recount {
  readonly pools: ReadonlyMap<
    string,
    { readonly free: number; readonly held: number; readonly deficit: number }
  >;
  /** Units accepted beyond what the book had at that position. Must be 0. */
  readonly promiseOversell: number;
  /** Units that left, or were found missing, beyond the book. */
  readonly physicalExcess: number;
  /** Units held for somebody that such an excess took away. */
  readonly promisesUnfulfillable: number;
  /** Pools in which the authority refused what this model would have accepted. */
  readonly unexplained: ReadonlySet<string>;
}

type Body = Readonly<Record<string, unknown>> & { readonly type: string };

/** Something that happened, at its place in the log. */
type Item =
  | {
      readonly position: number;
      readonly kind: 'operation';
      readonly storeId: string;
      readonly body: Body;
      readonly accepted: boolean;
      readonly by: Author | null;
    }
  | { readonly position: number; readonly kind: 'hold-over'; readonly reservationId: string };

interface Author {
  readonly tillId: string;
  readonly sequence: number;
}

interface PoolModel {
  readonly opening: number;
  free: number;
  held: number;
  deficit: number;
  /** Every change of the book, for counts. */
  readonly changes: { readonly position: number; readonly delta: number; readonly by: Author | null }[];
}

interface Hold {
  readonly pool: PoolModel;
  readonly quantity: number;
}

export function recount(observed: Observed): Recount {
  const model = new Model(observed.opening);
  const items = [...tillItems(observed.tills), ...webItems(observed), ...endedHolds(observed.tills)];
  items.sort((left, right) => left.position - right.position);
  for (const item of items) model.play(item);
  return model.result();
}

function tillItems(tills: readonly ObservedTill[]): Item[] {
  return tills.flatMap((till) =>
    till.records.flatMap((record) => {
      const verdict = verdictOf(till, record);
      if (verdict === undefined || verdict.verdict === 'QUARANTINED') return [];
      const { body } = JSON.parse(record.raw) as { body: Body };
      const by = { tillId: till.tillId, sequence: record.sequence };
      return [
        {
          position: verdict.position,
          kind: 'operation',
          storeId: till.storeId,
          body,
          accepted: isDone(verdict),
          by,
        } as const,
      ];
    }),
  );
}

function isDone({ verdict }: VerdictRow): boolean {
  return verdict === 'ACCEPTED' || verdict === 'RECORDED';
}

function webItems({ web }: Observed): Item[] {
  return web.map(({ kind, storeId, sku, quantity, reservationId, accepted, position }) => ({
    position,
    kind: 'operation',
    storeId,
    body: { type: kind, sku, quantity, reservationId },
    accepted,
    by: null,
  }));
}

/** Holds that ended by time: tills see the row with the position of its end. Other ends are operations themselves. */
function endedHolds(tills: readonly ObservedTill[]): Item[] {
  const ended = new Map<string, number>();
  for (const { reservations } of tills) {
    for (const row of reservations) {
      if (row.state === 'EXPIRED') ended.set(row.reservationId, row.position);
    }
  }
  return [...ended].map(([reservationId, position]) => ({ position, kind: 'hold-over', reservationId }));
}

class Model {
  readonly #pools = new Map<string, PoolModel>();
  readonly #holds = new Map<string, Hold>();
  readonly #unexplained = new Set<string>();
  #promiseOversell = 0;
  #physicalExcess = 0;
  #promisesUnfulfillable = 0;

  constructor(opening: Observed['opening']) {
    for (const { storeId, sku, quantity } of opening) {
      this.#pools.set(`${storeId}/${sku}`, {
        opening: quantity,
        free: quantity,
        held: 0,
        deficit: 0,
        changes: [],
      });
    }
  }

  result(): Recount {
    return {
      pools: this.#pools,
      promiseOversell: this.#promiseOversell,
      physicalExcess: this.#physicalExcess,
      promisesUnfulfillable: this.#promisesUnfulfillable,
      unexplained: this.#unexplained,
    };
  }

  play(item: Item): void {
    if (item.kind === 'hold-over') {
      this.#endHold(item.reservationId);
      return;
    }
    const { body, storeId, position, by } = item;
    const lines = (body.lines ?? [body]) as { sku: string; quantity: number; reservationId?: string }[];
    switch (body.type) {
      case 'reserve':
        this.#reserve(storeId, body as never, item.accepted);
        return;
      case 'commit':
        if (item.accepted) this.#takeHold(String(body.reservationId), Number.POSITIVE_INFINITY, position, by);
        return;
      case 'release':
        if (item.accepted) this.#endHold(String(body.reservationId));
        return;
      case 'sell':
        for (const line of lines) this.#sell(storeId, line, position, by);
        return;
      case 'return':
      case 'receive':
        for (const { sku, quantity } of lines) this.#put(this.#pool(storeId, sku), quantity, position, by);
        return;
      case 'count':
        this.#count(storeId, body as never, position, by);
        return;
      default:
        throw new Error(`the recount does not know ${body.type}`);
    }
  }

  #pool(storeId: string, sku: string): PoolModel {
    const key = `${storeId}/${sku}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool: PoolModel = { opening: 0, free: 0, held: 0, deficit: 0, changes: [] };
    this.#pools.set(key, pool);
    return pool;
  }

  #reserve(
    storeId: string,
    body: { sku: string; quantity: number; reservationId: string },
    accepted: boolean,
  ): void {
    const pool = this.#pool(storeId, body.sku);
    const available = pool.deficit > 0 ? 0 : pool.free;
    if (!accepted) {
      if (available >= body.quantity) this.#unexplained.add(`${storeId}/${body.sku}`);
      return;
    }
    this.#promiseOversell += Math.max(0, body.quantity - available);
    pool.free -= body.quantity;
    pool.held += body.quantity;
    this.#holds.set(body.reservationId, { pool, quantity: body.quantity });
  }

  /** Units of the hold leave with a customer, at most `wanted`; the rest is free again. Returns how many left. */
  #takeHold(reservationId: string, wanted: number, position: number, by: Author | null): number {
    const hold = this.#holds.get(reservationId);
    if (hold === undefined) return 0;
    const taken = Math.min(wanted, hold.quantity);
    this.#endHold(reservationId);
    // Ending it freed all its units, or repaid a deficit with them; now those that leave are taken out again.
    this.#remove(hold.pool, taken, position, by, false);
    return taken;
  }

  #endHold(reservationId: string): void {
    const hold = this.#holds.get(reservationId);
    if (hold === undefined) return;
    this.#holds.delete(reservationId);
    hold.pool.held -= hold.quantity;
    this.#free(hold.pool, hold.quantity);
  }

  #sell(
    storeId: string,
    line: { sku: string; quantity: number; reservationId?: string },
    position: number,
    by: Author | null,
  ): void {
    const pool = this.#pool(storeId, line.sku);
    const hold = line.reservationId === undefined ? undefined : this.#holds.get(line.reservationId);
    const taken =
      hold?.pool === pool ? this.#takeHold(line.reservationId ?? '', line.quantity, position, by) : 0;
    if (line.quantity > taken) this.#remove(pool, line.quantity - taken, position, by, true);
  }

  #put(pool: PoolModel, quantity: number, position: number, by: Author | null): void {
    this.#free(pool, quantity);
    pool.changes.push({ position, delta: quantity, by });
  }

  #free(pool: PoolModel, quantity: number): void {
    const repaid = Math.min(pool.deficit, quantity);
    pool.deficit -= repaid;
    pool.free += quantity - repaid;
  }

  #remove(pool: PoolModel, quantity: number, position: number, by: Author | null, isFact: boolean): void {
    const excess = Math.max(0, quantity - pool.free);
    pool.free -= quantity - excess;
    pool.deficit += excess;
    if (isFact) {
      this.#physicalExcess += excess;
      this.#promisesUnfulfillable += Math.min(excess, Math.max(0, pool.held - (pool.deficit - excess)));
    }
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
    if (difference > 0) this.#put(pool, difference, position, by);
    if (difference < 0) this.#remove(pool, -difference, position, by, true);
  }
}
