import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncError } from '../protocol/error.ts';
import type { PushRequest, PushResponse } from '../protocol/push.ts';
import { checkLife, checkVersion } from './check-request.ts';
import type { CallingTill, ContactBook, JournalAuthority } from './ports.ts';

export interface ReceivePushParts {
  readonly authority: JournalAuthority;
  readonly contacts: ContactBook;
}

/** Takes journal records up. Answers only after every record up to `acknowledged` is decided and committed. */
export async function receivePush(
  parts: ReceivePushParts,
  till: CallingTill,
  request: PushRequest,
): Promise<Result<PushResponse, SyncError>> {
  const refusal = checkVersion(request) ?? checkLife(till, request);
  if (refusal !== null) return failure(refusal);
  const decided = await parts.authority.decideJournal(till, request.firstSequence, request.records);
  if (!decided.ok) return decided;
  const { acknowledged, inventoryHead } = decided.value;
  const sent = Math.max(0, acknowledged.sequence - request.firstSequence + 1);
  const count = Math.max(0, request.waiting.count - sent);
  parts.contacts.recordContact(till, {
    waiting: { count, oldestRecordedAt: count === 0 ? null : request.waiting.oldestRecordedAt },
    clockErrorMs: null,
  });
  return success({ acknowledged, inventoryHead });
}
