import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { bookDeltaOf, isOverdue, isPoolEvent } from './evolve.ts';
import { EMPTY_POOL_STATE, type HistoryEntry, type PoolState, type Reservation } from './model.ts';
import {
  type BatchWrite,
  type DecidedHead,
  type Ledger,
  type LedgerTransaction,
  type PoolKey,
  poolKeyText,
  type StoredVerdict,
} from './ports.ts';
import { toVerdictRow } from './verdict-row.ts';

interface StoredReservation {
  readonly reservation: Reservation;
  readonly position: number;
}

/** The authority's ledger in memory, for simulation and unit tests: serial, and a failed transaction leaves no trace. */
export class MemoryLedger implements Ledger {
  readonly log: { readonly event: InventoryEvent; readonly occurredAt: string }[] = [];
  readonly #logId: string;
  readonly #now: () => string;
  readonly #pools = new Map<string, PoolState>();
  readonly #reservations = new Map<string, StoredReservation>();
  readonly #verdicts = new Map<string, StoredVerdict & { readonly recordedAt: string | null }>();
  readonly #heads = new Map<string, DecidedHead>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(logId: string, now: () => string) {
    this.#logId = logId;
    this.#now = now;
  }

  transaction<Value>(work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value> {
    const turn = this.#queue.then(async () => {
      const tx = this.#open();
      const value = await work(tx);
      tx.commit();
      return value;
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async head() {
    return { logId: this.#logId, position: this.log.length };
  }

  async decidedHead(tillId: string, life: number) {
    const { sequence, hash } = this.#heads.get(`${tillId}/${life}`) ?? { sequence: 0, hash: GENESIS_HASH };
    return { sequence, hash };
  }

  async findOverduePools(limit: number): Promise<readonly PoolKey[]> {
    const now = this.#now();
    const overdue = [...this.#reservations.values()].filter(({ reservation }) => isOverdue(reservation, now));
    const keys = overdue.slice(0, limit).map(({ reservation: { storeId, sku } }) => ({ storeId, sku }));
    return [...new Map(keys.map((key) => [poolKeyText(key.storeId, key.sku), key])).values()];
  }

  async findReservation(reservationId: string): Promise<ReservationRow | undefined> {
    const stored = this.#reservations.get(reservationId);
    if (stored === undefined) return undefined;
    const { reservation, position } = stored;
    const state = isOverdue(reservation, this.#now()) ? 'EXPIRED' : reservation.state;
    return { ...reservation, state, position } as ReservationRow;
  }

  #open(): LedgerTransaction & { commit(): void } {
    let write: BatchWrite | null = null;
    return {
      begin: async () => ({ now: this.#now(), logId: this.#logId }),
      lockHeads: async (keys) =>
        keys.map(
          (key) =>
            this.#heads.get(`${key.tillId}/${key.life}`) ?? { ...key, sequence: 0, hash: GENESIS_HASH },
        ),
      findVerdicts: async (ids) =>
        new Map(
          ids.flatMap((id) =>
            this.#verdicts.has(id) ? [[id, must(this.#verdicts.get(id), 'just seen')]] : [],
          ),
        ),
      findReservations: async (ids) => ids.flatMap((id) => this.#reservations.get(id)?.reservation ?? []),
      lockPools: async (keys) =>
        new Map(
          keys.map(({ storeId, sku }) => {
            const text = poolKeyText(storeId, sku);
            return [text, this.#pools.get(text) ?? EMPTY_POOL_STATE];
          }),
        ),
      findOverdue: async (keys, now) => {
        const asked = new Set(keys.map(({ storeId, sku }) => poolKeyText(storeId, sku)));
        return [...this.#reservations.values()]
          .map(({ reservation }) => reservation)
          .filter((one) => asked.has(poolKeyText(one.storeId, one.sku)) && isOverdue(one, now));
      },
      readHistory: async (key, after) => this.#historyOf(key, after),
      save: async (given) => {
        write = given;
        return { basePosition: this.log.length };
      },
      commit: () => {
        if (write !== null) this.#commit(write);
      },
    };
  }

  #historyOf(key: PoolKey, after: number): HistoryEntry[] {
    return this.log.flatMap(({ event }, index) => {
      const position = index + 1;
      if (position <= after || !isPoolEvent(event) || event.storeId !== key.storeId || event.sku !== key.sku)
        return [];
      const stored = event.operationId === null ? undefined : this.#verdicts.get(event.operationId);
      const origin = stored?.row ?? null;
      return [
        {
          position,
          bookDelta: bookDeltaOf(event.movements),
          tillId: tillIdOf(event.operationId),
          life: origin?.life ?? null,
          sequence: origin?.sequence ?? null,
          recordedAt: stored?.recordedAt ?? null,
        },
      ];
    });
  }

  #commit(write: BatchWrite): void {
    const base = this.log.length;
    for (const event of write.events) this.log.push({ event, occurredAt: write.decidedAt });
    for (const { storeId, sku, state } of write.pools) this.#pools.set(poolKeyText(storeId, sku), state);
    for (const { reservation, lastEventIndex } of write.reservations) {
      this.#reservations.set(reservation.reservationId, { reservation, position: base + lastEventIndex + 1 });
    }
    for (const decided of write.decided) {
      const { operation } = decided;
      this.#verdicts.set(operation.operationId, {
        contentHash: operation.contentHash,
        storeId: operation.storeId,
        row: toVerdictRow(decided, base, write.decidedAt),
        recordedAt: operation.readable ? operation.recordedAt : null,
      });
    }
    for (const head of write.heads) this.#heads.set(`${head.tillId}/${head.life}`, head);
  }
}

function tillIdOf(operationId: string | null): string | null {
  return /^till:([^:]+):/.exec(operationId ?? '')?.[1] ?? null;
}
