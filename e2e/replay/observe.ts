import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import type { SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { ConflictRow, PoolRow, ReservationRow, VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Fleet, FleetTill, Labelled } from './fleet.ts';
import type { WebAnswer } from './web.ts';

/** All that the outside knows at the end of a run: journals, replicas and API answers. Plain data, so that tests can bend it. */
export interface Observed {
  readonly opening: readonly { readonly storeId: string; readonly sku: string; readonly quantity: number }[];
  readonly tills: readonly ObservedTill[];
  /** Where the log stood when a store's network was cut, and what its tills did until it was mended. */
  readonly outages: readonly ObservedOutage[];
  readonly tillsPerStore: number;
  readonly web: readonly WebAnswer[];
}

export interface ObservedOutage {
  readonly storeId: string;
  readonly position: number;
  readonly lines: readonly OfflineLine[];
}

/** A line sold or held while its store was offline. */
export interface OfflineLine {
  readonly sku: string;
  readonly quantity: number;
  /** What the till told its cashier of this line. */
  readonly isGuaranteed: boolean;
}

export interface ObservedTill {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
  readonly records: readonly SealedRecord[];
  readonly labelled: readonly Labelled[];
  readonly verdicts: ReadonlyMap<string, VerdictRow>;
  readonly pools: readonly PoolRow[];
  readonly reservations: readonly ReservationRow[];
  readonly conflicts: readonly ConflictRow[];
}

export async function observeTills(fleet: Fleet): Promise<ObservedTill[]> {
  return Promise.all(fleet.all().map(observeTill));
}

async function observeTill({ till, replica, medium, labelled }: FleetTill): Promise<ObservedTill> {
  const { storeId, tillId, life } = till.identity;
  const verdicts = await replica.verdicts();
  return {
    storeId,
    tillId,
    life,
    records: [...medium],
    labelled: [...labelled],
    verdicts: new Map(verdicts.map((row) => [row.operationId, row])),
    pools: await replica.pools(),
    reservations: await replica.reservations(),
    conflicts: await replica.conflicts(),
  };
}

export function verdictOf(till: ObservedTill, record: SealedRecord): VerdictRow | undefined {
  return till.verdicts.get(tillOperationId(till.tillId, till.life, record.sequence));
}
