import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncError } from '../protocol/error.ts';
import type { HelloRequest, HelloResponse } from '../protocol/hello.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { checkLife, checkVersion } from './check-request.ts';
import type { CallingTill, CatalogueFeed, ContactBook, JournalAuthority } from './ports.ts';

export interface GreetParts {
  readonly authority: JournalAuthority;
  readonly catalogue: CatalogueFeed;
  readonly contacts: ContactBook;
  readonly wallMs: () => number;
}

/**
 * Compares what both sides know of the journal. A till behind the decided head, or with another hash there, was copied:
 * its life is retired at this first contact, before it can send anything.
 */
export async function greet(
  parts: GreetParts,
  till: CallingTill,
  request: HelloRequest,
): Promise<Result<HelloResponse, SyncError>> {
  const refusal = checkVersion(request) ?? checkLife(till, request);
  if (refusal !== null) return failure(refusal);
  const acknowledged = await parts.authority.decidedHead(till);
  const { head, fork } = request;
  if (
    head.sequence < acknowledged.sequence ||
    (head.sequence === acknowledged.sequence && head.hash !== acknowledged.hash) ||
    (fork?.sequence === acknowledged.sequence && fork.hash !== acknowledged.hash)
  ) {
    await parts.authority.retireForked(till);
    return failure({
      kind: 'life-forked',
      message:
        'This till’s journal ends before what the centre has decided, or differs from it: it was restored from a copy or cloned. Enrol it again with a new code; nothing it holds is deleted.',
      acknowledged,
    });
  }
  const now = parts.wallMs();
  parts.contacts.recordContact(till, {
    waiting: request.waiting,
    clockErrorMs: Date.parse(request.tillTime) - now,
  });
  return success({
    protocolVersion: PROTOCOL_VERSION,
    acknowledged,
    inventoryHead: await parts.authority.inventoryHead(),
    catalogueHead: await parts.catalogue.catalogueHead(),
    centralTime: new Date(now).toISOString(),
  });
}
