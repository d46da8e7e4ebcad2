import { cutPage } from '@gondola/central/inventory/change-feed.ts';
import {
  allotteeOf,
  evolveAllotment,
  evolvePoolState,
  evolveReservation,
  evolveTransfer,
  isPoolEvent,
} from '@gondola/central/inventory/evolve.ts';
import type { MemoryLedger } from '@gondola/central/inventory/memory-ledger.ts';
import { type Allotment, EMPTY_POOL_STATE, type PoolState } from '@gondola/central/inventory/model.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import type { InventoryEvent } from '@gondola/shared/schemas/events.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PoolRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import type { CallingTill, FeedPage, InventoryFeed } from '@gondola/sync/server/ports.ts';

/** Rows by position, folded out of the ledger's log: what Postgres reads from its tables. */
export class MemoryFeed implements InventoryFeed {
  readonly pools = new Map<string, { readonly storeId: string; readonly row: PoolRow }>();
  readonly reservations = new Map<string, ReservationRow>();
  readonly verdicts = new Map<string, VerdictRow & { readonly tillId: string | null }>();
  readonly conflicts = new Map<string, ConflictRow>();
  readonly allotments = new Map<string, AllotmentRow & { readonly storeId: string }>();
  readonly #transfers = new Map<string, TransferRow>();
  readonly #states = new Map<string, PoolState>();
  readonly #figures = new Map<string, Allotment>();
  readonly #ledger: MemoryLedger;
  #folded = 0;

  constructor(ledger: MemoryLedger) {
    this.#ledger = ledger;
  }

  async pull(till: CallingTill, checkpoint: Checkpoint | null, rowsMax: number): Promise<FeedPage> {
    this.fold();
    const { logId, position: head } = await this.#ledger.head();
    const isSameLog = checkpoint !== null && checkpoint.logId === logId && checkpoint.position <= head;
    const after = isSameLog ? checkpoint.position : 0;
    const newer = <Row extends { readonly position: number }>(rows: Iterable<Row>): Row[] =>
      [...rows]
        .filter((row) => row.position > after)
        .sort((left, right) => left.position - right.position)
        .slice(0, rowsMax);
    const { storeId, tillId, life } = till;
    const rows = {
      logId,
      head,
      pools: newer([...this.pools.values()].flatMap((one) => (one.storeId === storeId ? [one.row] : []))),
      reservations: newer([...this.reservations.values()].filter((row) => row.storeId === storeId)),
      verdicts: newer(
        [...this.verdicts.values()].filter((row) => row.tillId === tillId && row.life === life),
      ).map(({ tillId: _, ...row }) => row),
      conflicts: newer([...this.conflicts.values()].filter((row) => row.storeId === storeId)),
      allotments: newer(
        [...this.allotments.values()].filter((row) => row.tillId === tillId && row.life === life),
      ).map(({ storeId: _, ...row }) => row),
      transfers: newer(this.#transfers.values()),
      policies: [],
    };
    return cutPage(rows, rowsMax, checkpoint !== null && !isSameLog);
  }

  /** Takes what the log has since the last time. */
  fold(): void {
    const { log } = this.#ledger;
    for (; this.#folded < log.length; this.#folded += 1) {
      const { event, occurredAt } = must(log[this.#folded], 'positions are dense');
      this.#take(event, this.#folded + 1, occurredAt);
    }
  }

  #take(event: InventoryEvent, position: number, occurredAt: string): void {
    if (isPoolEvent(event)) {
      const { storeId, sku } = event;
      const key = `${storeId}/${sku}`;
      const state = evolvePoolState(this.#states.get(key) ?? EMPTY_POOL_STATE, event);
      this.#states.set(key, state);
      const { version, recountNeeded } = state;
      this.pools.set(key, { storeId, row: { sku, ...state.pool, version, recountNeeded, position } });
      const life = allotteeOf(event);
      if (life !== null) this.#takeAllotment(`${key}/${life.tillId}/${life.life}`, event, position);
    }
    if ('reservationId' in event && event.reservationId !== null) {
      const next = evolveReservation(this.reservations.get(event.reservationId), event);
      if (next !== undefined)
        this.reservations.set(next.reservationId, { ...next, position } as ReservationRow);
    }
    const transfer = evolveTransfer(event);
    if (transfer !== undefined)
      this.#transfers.set(transfer.transferId, { ...transfer, position } as TransferRow);
    if (event.type === 'OperationDecided') this.#takeVerdict(event, position, occurredAt);
    this.#takeConflict(event, position, occurredAt);
  }

  #takeAllotment(key: string, event: InventoryEvent, position: number): void {
    const next = evolveAllotment(this.#figures.get(key), event);
    if (next === undefined) return;
    this.#figures.set(key, next);
    const { demand: _, ...figures } = next;
    this.allotments.set(key, { ...figures, position } as AllotmentRow & { storeId: string });
  }

  #takeVerdict(
    event: Extract<InventoryEvent, { type: 'OperationDecided' }>,
    position: number,
    decidedAt: string,
  ): void {
    const { operationId, tillId, life, sequence, verdict, reason, reservationId, expiresAt, excess } = event;
    this.verdicts.set(operationId, {
      ...{ operationId, tillId, life, sequence, verdict, reason, reservationId, expiresAt, excess },
      ...{ decidedAt, position },
    });
  }

  #takeConflict(event: InventoryEvent, position: number, occurredAt: string): void {
    if (event.type === 'ConflictOpened') {
      const { type: _, ...opened } = event;
      const open = { openedAt: occurredAt, closedAt: null, closedBy: null, closingReason: null };
      this.conflicts.set(event.conflictId, { ...opened, ...open, position });
      return;
    }
    if (event.type !== 'ConflictDue' && event.type !== 'ConflictClosed') return;
    const known = must(this.conflicts.get(event.conflictId), 'a conflict opens before it moves');
    const changes =
      event.type === 'ConflictDue'
        ? { state: 'OPEN' as const, quantity: event.quantity }
        : {
            ...{ state: 'CLOSED' as const, closedAt: occurredAt },
            ...{ closedBy: event.closedBy, closingReason: event.closingReason },
          };
    this.conflicts.set(event.conflictId, { ...known, ...changes, position });
  }
}
