import type { Result } from '@gondola/shared/lib/result.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { EnrolRequest, EnrolResponse } from '@gondola/sync/protocol/enrol.ts';
import type { CallingTill } from '@gondola/sync/server/ports.ts';

/** What the gateway needs of the services behind it. The composition root joins them. */

export type EnrolFailure = 'code-unknown' | 'code-used' | 'code-expired' | 'name-taken' | 'till-revoked';

export interface Identities {
  authenticateTill(token: string): Promise<CallingTill | null>;
  authenticateApiKey(key: string): Promise<ApiCaller | null>;
  authenticateSession(token: string): Promise<StaffCaller | null>;
  enrol(request: EnrolRequest): Promise<Result<EnrolResponse, EnrolFailure>>;
  /** A one-time console link's secret for a session; null when it was used, is too old or was never made. */
  redeemConsoleLink(
    secret: string,
  ): Promise<{ readonly sessionToken: string; readonly expiresAt: string } | null>;
  endSession(token: string): Promise<void>;
}

export interface ApiCaller {
  readonly kind: 'api';
  readonly apiKeyId: string;
  readonly name: string;
}

export interface StaffCaller {
  readonly kind: 'staff';
  readonly name: string;
}

export interface StoreDirectory {
  storeExists(storeId: string): Promise<boolean>;
  productExists(sku: string): Promise<boolean>;
  listStores(): Promise<readonly StoreSummary[]>;
  listTills(storeId: string | null): Promise<readonly TillSummary[]>;
  /** For a new till, or for the next life of a known one; null when the store has no such active till. */
  createEnrolmentCode(
    storeId: string,
    tillId?: string,
  ): Promise<{ readonly code: string; readonly expiresAt: string } | null>;
}

export interface StoreSummary {
  readonly storeId: string;
  readonly number: string;
  readonly name: string;
}

export interface TillSummary {
  readonly tillId: string;
  readonly storeId: string;
  readonly name: string;
  readonly life: number;
  readonly online: boolean;
  readonly lastContactAt: string | null;
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  readonly clockErrorMs: number | null;
}

/** A request of the public API, with all that makes it one operation. */
export interface ApiCommand {
  readonly apiKeyId: string;
  readonly idempotencyKey: string;
}

export type ApiAnswer =
  | { readonly kind: 'decided'; readonly verdict: VerdictRow; readonly repeated: boolean }
  | { readonly kind: 'reused-key' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed' };

/** What an independent recount found: every figure but `pools` and `events` must be 0. */
export interface AuditAnswer {
  readonly pools: number;
  readonly events: number;
  readonly ledgerMismatches: number;
  readonly eventMismatches: number;
  readonly allotmentMismatches: number;
  readonly heldMismatches: number;
  readonly versionMismatches: number;
  readonly gaps: number;
  readonly verdictMismatches: number;
}

/** A part that can say whether it works, by a real query. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void>;
}
