import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { AllotmentRow, ConflictRow, PolicyRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { VerifiedPage } from '@gondola/sync/client/ports.ts';

/**
 * What screens ask for after every change, kept in memory beside the database that holds it: the few reservations and
 * conflicts, the checkpoints, and counts. It is moved only after the database was.
 */
export interface Mirror {
  readonly reservations: Map<string, ReservationRow>;
  readonly conflicts: Map<string, ConflictRow>;
  /** By {@link allotmentKeyOf}. */
  readonly allotments: Map<string, AllotmentRow>;
  readonly policies: Map<string, PolicyRow>;
  /** The last sequence with a verdict, by life. */
  readonly decided: Map<number, number>;
  inventory: Checkpoint | null;
  catalogue: Checkpoint | null;
  productCount: number;
}

/** Takes the rows of an inventory page that has been written. */
export function mirrorInventory(mirror: Mirror, page: VerifiedPage): void {
  if (page.reset) {
    for (const rows of [
      mirror.reservations,
      mirror.conflicts,
      mirror.decided,
      mirror.allotments,
      mirror.policies,
    ])
      rows.clear();
  }
  for (const row of page.reservations) putNewer(mirror.reservations, row.reservationId, row);
  for (const row of page.conflicts) putNewer(mirror.conflicts, row.conflictId, row);
  for (const row of page.allotments) putNewer(mirror.allotments, allotmentKeyOf(row), row);
  for (const row of page.policies) putNewer(mirror.policies, row.sku, row);
  for (const { life, sequence } of page.verdicts) {
    if (life === null || sequence === null) continue;
    mirror.decided.set(life, Math.max(mirror.decided.get(life) ?? 0, sequence));
  }
  mirror.inventory = page.checkpoint;
}

/** The key of a life's allotment of an article. */
export function allotmentKeyOf({ life, sku }: { readonly life: number; readonly sku: string }): string {
  return `${life}/${sku}`;
}

/** Pages may come twice or late: a row is replaced only by a newer one. */
export function putNewer<Row extends { readonly position: number }>(
  rows: Map<string, Row>,
  key: string,
  row: Row,
): void {
  const present = rows.get(key);
  if (present === undefined || row.position > present.position) rows.set(key, row);
}
