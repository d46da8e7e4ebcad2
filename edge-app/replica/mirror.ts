import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { ConflictRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
import type { InventoryPage } from '@gondola/sync/protocol/pull.ts';

/**
 * What screens ask for after every change, kept in memory beside the database that holds it: the few reservations and
 * conflicts, the checkpoints, and counts. It is moved only after the database was.
 */
export interface Mirror {
  readonly reservations: Map<string, ReservationRow>;
  readonly conflicts: Map<string, ConflictRow>;
  /** The last sequence with a verdict, by life. */
  readonly decided: Map<number, number>;
  inventory: Checkpoint | null;
  catalogue: Checkpoint | null;
  productCount: number;
}

/** Takes the rows of an inventory page that has been written. */
export function mirrorInventory(mirror: Mirror, page: InventoryPage): void {
  if (page.reset) {
    for (const rows of [mirror.reservations, mirror.conflicts, mirror.decided]) rows.clear();
  }
  for (const row of page.reservations) putNewer(mirror.reservations, row.reservationId, row);
  for (const row of page.conflicts) putNewer(mirror.conflicts, row.conflictId, row);
  for (const { life, sequence } of page.verdicts) {
    if (life === null || sequence === null) continue;
    mirror.decided.set(life, Math.max(mirror.decided.get(life) ?? 0, sequence));
  }
  mirror.inventory = page.checkpoint;
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
