import { spendMsOf } from '@gondola/shared/domain/elapsed.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncError } from '../protocol/error.ts';
import type { GrantSheet, GrantSheetContent } from '../protocol/grants.ts';
import type { PullRequest, PullResponse } from '../protocol/pull.ts';
import { checkLife, checkVersion, retiredLife } from './check-request.ts';
import type {
  CallingTill,
  CatalogueFeed,
  ContactBook,
  FeedPage,
  GrantSigner,
  InventoryFeed,
  JournalAuthority,
} from './ports.ts';

export interface ServePullParts {
  readonly authority: Pick<JournalAuthority, 'renewTerm'>;
  readonly signer: GrantSigner;
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
  const term = await parts.authority.renewTerm(till);
  if (term === null) return failure(retiredLife(till));
  const [{ allotments, ...page }, catalogue] = await Promise.all([
    parts.inventory.pull(till, request.inventory, request.rowsMax),
    parts.catalogue.pullCatalogue(request.catalogue, request.rowsMax),
  ]);
  parts.contacts.recordContact(till, { waiting: null, clockErrorMs: null });
  const { nonce } = request;
  const grants =
    nonce === undefined ? null : signSheet(parts.signer, till, nonce, term, { ...page, allotments });
  return success({
    inventory: { ...page, grants },
    catalogue,
    centralTime: new Date(parts.wallMs()).toISOString(),
  });
}

function signSheet(
  signer: GrantSigner,
  { tillId, life }: CallingTill,
  nonce: string,
  { now, termEndsAt }: { readonly now: string; readonly termEndsAt: string },
  { checkpoint, allotments }: FeedPage,
): GrantSheet {
  const content = {
    ...{ tillId, life, nonce, logId: checkpoint.logId, position: checkpoint.position },
    spendMs: spendMsOf(Date.parse(termEndsAt) - Date.parse(now)),
    holdMs: signer.holdMs,
    signedAt: now,
    allotments: [...allotments],
  };
  return signer.sign(JSON.stringify(content satisfies Record<keyof GrantSheetContent, unknown>));
}
