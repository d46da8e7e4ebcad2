import { must } from '@gondola/shared/lib/assert.ts';
import { BATCH_OVERDUE_HOLDS_MAX } from '@gondola/shared/lib/limits.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { ReservationRow } from '@gondola/shared/schemas/rows.ts';
import { bookDeltaOf, isOverdue, isPoolEvent } from './evolve.ts';
import { newHead, tillIdOf } from './memory-rows.ts';
import {
  type Allotment,
  EMPTY_POOL_STATE,
  type HistoryEntry,
  type Life,
  type PendingConflict,
  type PoolState,
  type Reservation,
  type Transfer,
} from './model.ts';
import {
  type Access,
  type BatchWrite,
  type DecidedHead,
  type Ledger,
  type LedgerTransaction,
  type LifeKey,
  lifeKeyText,
  type PoolKey,
  poolKeyText,
  type StoredVerdict,
  type Term,
  type TermRules,
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
  readonly #heads = new Map<string, DecidedHead & { readonly heardAt: string | null }>();
  readonly #allotments = new Map<string, Allotment & { readonly expiredAt: string | null }>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #salvaged = new Set<string>();
  readonly #pending = new Map<string, PendingConflict>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(logId: string, now: () => string) {
    this.#logId = logId;
    this.#now = now;
  }

  transaction<Value>(_access: Access, work: (tx: LedgerTransaction) => Promise<Value>): Promise<Value> {
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
    const known = this.#heads.get(lifeKeyText({ tillId, life }));
    return { sequence: known?.sequence ?? 0, hash: known?.hash ?? GENESIS_HASH };
  }

  async findOverduePools(limit: number): Promise<readonly PoolKey[]> {
    const now = this.#now();
    const overdue = [...this.#reservations.values()].filter(({ reservation }) => isOverdue(reservation, now));
    const keys = overdue.slice(0, limit).map(({ reservation: { storeId, sku } }) => ({ storeId, sku }));
    return [...new Map(keys.map((key) => [poolKeyText(key.storeId, key.sku), key])).values()];
  }

  peek = async ({ storeId, sku }: PoolKey) =>
    (this.#pools.get(poolKeyText(storeId, sku)) ?? EMPTY_POOL_STATE).pool;

  async renewTerm(life: LifeKey, { termMs, renewAfterMs }: TermRules): Promise<Term | null> {
    const now = this.#now();
    const known = this.#heads.get(lifeKeyText(life)) ?? { ...newHead(life), heardAt: null };
    if (known.isRetired) return null;
    const age =
      known.heardAt === null ? Number.POSITIVE_INFINITY : Date.parse(now) - Date.parse(known.heardAt);
    if (age < renewAfterMs && known.termEndsAt !== null) {
      return { now, termEndsAt: known.termEndsAt, cameBack: false };
    }
    const termEndsAt = new Date(Date.parse(now) + termMs).toISOString();
    this.#heads.set(lifeKeyText(life), { ...known, termEndsAt, heardAt: now });
    return { now, termEndsAt, cameBack: age > 2 * renewAfterMs };
  }

  async findOverdueTransfers(limit: number): Promise<readonly string[]> {
    const now = Date.parse(this.#now());
    return [...this.#transfers.values()]
      .filter(({ state, expiresAt }) => state === 'REQUESTED' && Date.parse(expiresAt) <= now)
      .map(({ transferId }) => transferId)
      .slice(0, limit);
  }

  async findEarlierLives({ tillId, life }: LifeKey): Promise<readonly LifeKey[]> {
    return [...this.#heads.values()].filter(
      (head) => head.tillId === tillId && head.life < life && !head.isRetired,
    );
  }

  async findLapsedLives(limit: number): Promise<readonly LifeKey[]> {
    const now = Date.parse(this.#now());
    const isOver = (head: DecidedHead) =>
      head.isRetired || (head.termEndsAt !== null && Date.parse(head.termEndsAt) <= now);
    return [...this.#heads.values()]
      .filter((head) => isOver(head) && this.#poolsOf(head, head.isRetired).length > 0)
      .slice(0, limit);
  }

  async findPoolsOf(life: Life, limit: number): Promise<readonly PoolKey[]> {
    return this.#poolsOf(life, true).slice(0, limit);
  }

  async findPastDeadline(reportMs: number, limit: number): Promise<readonly (PoolKey & Life)[]> {
    const now = Date.parse(this.#now());
    return [...this.#allotments.values()]
      .filter(
        ({ state, mode, expiredAt }) =>
          state === 'EXPIRED' &&
          mode === 'report-deadline' &&
          expiredAt !== null &&
          Date.parse(expiredAt) + reportMs <= now,
      )
      .slice(0, limit);
  }

  async findStorePools(storeId: string, afterSku: string, limit: number): Promise<readonly PoolKey[]> {
    return [...this.#pools.keys()]
      .flatMap((key) =>
        key.startsWith(`${storeId}/`) ? [{ storeId, sku: key.slice(storeId.length + 1) }] : [],
      )
      .filter(({ sku }) => sku > afterSku)
      .sort((left, right) => (left.sku < right.sku ? -1 : 1))
      .slice(0, limit);
  }

  #poolsOf({ tillId, life }: Life, withHolds: boolean): PoolKey[] {
    const allotted = [...this.#allotments.values()].filter(
      (one) =>
        one.tillId === tillId && one.life === life && (one.state === 'ACTIVE' || one.state === 'CLOSING'),
    );
    const held = [...this.#reservations.values()]
      .map(({ reservation }) => reservation)
      .filter(
        (one) => withHolds && one.state === 'HELD' && one.tillId === tillId && one.allottedLife === life,
      );
    return [...allotted, ...held].map(({ storeId, sku }) => ({ storeId, sku }));
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
      access: 'exclusive',
      begin: async () => ({ now: this.#now(), logId: this.#logId, position: this.log.length }),
      readHeads: async (keys) => keys.map((key) => this.#heads.get(lifeKeyText(key)) ?? newHead(key)),
      findAllottedHolds: async ({ tillId, life }) =>
        [...this.#reservations.values()]
          .map(({ reservation }) => reservation)
          .filter((one) => one.state === 'HELD' && one.tillId === tillId && one.allottedLife === life),
      findTransfers: async (ids) => ids.flatMap((id) => this.#transfers.get(id) ?? []),
      findAllotments: async (keys) => {
        const asked = new Set(keys.map(({ storeId, sku }) => poolKeyText(storeId, sku)));
        return [...this.#allotments.values()].filter((one) => asked.has(poolKeyText(one.storeId, one.sku)));
      },
      findPending: async (keys) => {
        const asked = new Set(keys.map(({ storeId, sku }) => poolKeyText(storeId, sku)));
        return [...this.#pending.values()].filter((one) => asked.has(poolKeyText(one.storeId, one.sku)));
      },
      findAlive: async (storeIds, since, _now) =>
        [...this.#heads.values()].filter(
          ({ storeId, isRetired, heardAt }) =>
            storeIds.includes(storeId) && !isRetired && heardAt !== null && heardAt > since,
        ),
      findVerdicts: async (ids) =>
        new Map(
          ids.flatMap((id) =>
            this.#verdicts.has(id) ? [[id, must(this.#verdicts.get(id), 'just seen')]] : [],
          ),
        ),
      findSalvaged: async (texts) =>
        texts.filter((text) => {
          const known = this.#verdicts.get(text.slice(0, text.lastIndexOf('#')));
          return this.#salvaged.has(text) || text.endsWith(`#${known?.contentHash}`);
        }),
      findReservations: async (ids) => ids.flatMap((id) => this.#reservations.get(id)?.reservation ?? []),
      readPools: async (keys) =>
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
          .filter((one) => asked.has(poolKeyText(one.storeId, one.sku)) && isOverdue(one, now))
          .slice(0, BATCH_OVERDUE_HOLDS_MAX);
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
      if (decided.salvaged !== null) this.#salvaged.add(decided.salvaged);
    }
    for (const { allotment } of write.allotments) {
      const key = `${poolKeyText(allotment.storeId, allotment.sku)}/${lifeKeyText(allotment)}`;
      const before = this.#allotments.get(key);
      const expiredAt =
        allotment.state !== 'EXPIRED'
          ? null
          : before?.state === 'EXPIRED'
            ? before.expiredAt
            : write.decidedAt;
      this.#allotments.set(key, { ...allotment, expiredAt });
    }
    for (const { transfer } of write.transfers) this.#transfers.set(transfer.transferId, transfer);
    for (const event of write.events) this.#followPending(event);
    for (const head of write.heads) {
      const heardAt = this.#heads.get(lifeKeyText(head))?.heardAt ?? null;
      this.#heads.set(lifeKeyText(head), { ...head, heardAt });
    }
  }

  #followPending(event: InventoryEvent): void {
    if (event.type === 'ConflictOpened' && event.state === 'PENDING' && event.sku !== null) {
      const { conflictId, storeId, sku, quantity } = event;
      this.#pending.set(conflictId, { conflictId, storeId, sku, quantity });
    }
    if (event.type === 'ConflictDue' || event.type === 'ConflictClosed')
      this.#pending.delete(event.conflictId);
  }
}
