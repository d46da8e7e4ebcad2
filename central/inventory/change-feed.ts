import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { FeedPage } from '@gondola/sync/server/ports.ts';
import type { ChangedRows } from './ports.ts';

export interface PullScope {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
}

/** What a till may see of the inventory, page by page: its own store's rows and the verdicts on its own operations. */
export interface ChangeFeed {
  pull(scope: PullScope, checkpoint: Checkpoint | null, rowsMax: number): Promise<FeedPage>;
}

/**
 * Cuts a page out of rows that changed after a checkpoint: all rows up to the position of the `rowsMax`-th, so that
 * nothing below the page's checkpoint is left out. Pure.
 *
 * Each kind was read in position order up to `rowsMax`, so the `rowsMax` lowest positions of all kinds are among them.
 */
export function cutPage(rows: ChangedRows, rowsMax: number, reset: boolean): FeedPage {
  const kinds = [
    rows.pools,
    rows.reservations,
    rows.verdicts,
    rows.conflicts,
    rows.allotments,
    rows.transfers,
    rows.policies,
  ];
  const positions = kinds
    .flatMap((kind) => kind.map((row) => row.position))
    .sort((left, right) => left - right);
  const cut = positions.length < rowsMax ? rows.head : (positions[rowsMax - 1] ?? rows.head);
  const upTo = <Row extends { readonly position: number }>(kind: readonly Row[]): Row[] =>
    kind.filter((row) => row.position <= cut);
  return {
    checkpoint: { logId: rows.logId, position: cut },
    hasMore: cut < rows.head,
    head: rows.head,
    reset,
    pools: upTo(rows.pools),
    reservations: upTo(rows.reservations),
    verdicts: upTo(rows.verdicts),
    conflicts: upTo(rows.conflicts),
    allotments: upTo(rows.allotments),
    transfers: upTo(rows.transfers),
    policies: upTo(rows.policies),
  };
}
