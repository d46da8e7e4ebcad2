import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import { type Observed, type ObservedTill, verdictOf } from './observe.ts';
import type { Author } from './pool-model.ts';
import type { LoggedEvent } from './postgres-truth.ts';

export type Body = Readonly<Record<string, unknown>> & { readonly type: string };
export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly reservationId?: string;
  readonly allottedQuantity?: number;
}

/** Something that happened, at its place in the log. */
export type Item =
  | {
      readonly position: number;
      readonly kind: 'operation';
      readonly storeId: string;
      readonly body: Body;
      readonly accepted: boolean;
      readonly by: Author | null;
    }
  | { readonly position: number; readonly kind: 'hold-over'; readonly reservationId: string }
  | { readonly position: number; readonly kind: 'leased'; readonly event: LoggedEvent['event'] }
  | {
      readonly position: number;
      readonly kind: 'outage';
      readonly index: number;
      readonly storeId: string;
    };

/** What the authority does to leases on its own; what tills do to them stands in their journals. */
const LEASE_EVENTS = ['AllotmentGranted', 'AllotmentExpired', 'AllotmentForced', 'ReservationTakenOver'];

function tillItems(tills: readonly ObservedTill[]): Item[] {
  return tills.flatMap((till) =>
    till.records.flatMap((record) => {
      const verdict = verdictOf(till, record);
      if (verdict === undefined || verdict.verdict === 'QUARANTINED') return [];
      const { body } = JSON.parse(record.raw) as { body: Body };
      const by = { tillId: till.tillId, life: till.life, sequence: record.sequence };
      const shared = { position: verdict.position, kind: 'operation', storeId: till.storeId } as const;
      return [{ ...shared, body, accepted: isDone(verdict), by }];
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

/** All that happened, in the order of its positions. */
export function itemsOf(observed: Observed, events: readonly LoggedEvent[]): Item[] {
  const items: Item[] = [
    ...tillItems(observed.tills),
    ...webItems(observed),
    ...endedHolds(observed.tills),
    ...events
      .filter(({ event }) => LEASE_EVENTS.includes(event.type))
      .map(({ position, event }) => ({ position, kind: 'leased', event }) as const),
    ...observed.outages.map(
      // Between positions: everything up to it has happened, nothing behind it.
      ({ position, storeId }, index) =>
        ({ position: position + 0.5, kind: 'outage', index, storeId }) as const,
    ),
  ];
  items.sort((left, right) => left.position - right.position);
  return items;
}
