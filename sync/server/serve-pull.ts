import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncError } from '../protocol/error.ts';
import type { PullRequest, PullResponse } from '../protocol/pull.ts';
import { checkLife, checkVersion } from './check-request.ts';
import type { CallingTill, CatalogueFeed, ContactBook, InventoryFeed } from './ports.ts';

export interface ServePullParts {
  readonly inventory: InventoryFeed;
  readonly catalogue: CatalogueFeed;
  readonly contacts: ContactBook;
  readonly wallMs: () => number;
}

/** One page of each log. The inventory's rows come first in the till's hands: they settle what it promised. */
export async function servePull(
  parts: ServePullParts,
  till: CallingTill,
  request: PullRequest,
): Promise<Result<PullResponse, SyncError>> {
  const refusal = checkVersion(request) ?? checkLife(till, request);
  if (refusal !== null) return failure(refusal);
  const [inventory, catalogue] = await Promise.all([
    parts.inventory.pull(till, request.inventory, request.rowsMax),
    parts.catalogue.pullCatalogue(request.catalogue, request.rowsMax),
  ]);
  parts.contacts.recordContact(till, { waiting: null, clockErrorMs: null });
  return success({ inventory, catalogue, centralTime: new Date(parts.wallMs()).toISOString() });
}
