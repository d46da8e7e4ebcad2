import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import {
  COMPENSATION_CONFLICTS_MAX,
  COMPENSATION_INTERVAL_MS,
  COMPENSATION_STORES_MAX,
} from '@gondola/shared/lib/limits.ts';
import { operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import type { ConflictRow } from '@gondola/shared/schemas/rows.ts';
import { createAlarm } from '../events/alarm.ts';
import type { Part } from '../platform/service.ts';
import type { Authority } from './authority.ts';
import { type Compensation, proposeCompensation } from './propose-compensation.ts';
import type { Place, StoreStock } from './suggest-acts.ts';

/** Who a compensation is signed by when no person asked for it. */
export const POLICY_NAME = 'policy';

/** A transfer that was asked for before, or refused. */
export interface CompensationAttempt {
  readonly isAccepted: boolean;
  readonly transferId: string;
  readonly fromStoreId: string;
}

/** What compensation reads, and where it notes what it did. */
export interface CompensationBook {
  /** Refused holds that are open and that nobody has compensated, oldest first. */
  openConflicts(limit: number): Promise<readonly ConflictRow[]>;
  findAttempt(operationId: string): Promise<CompensationAttempt | null>;
  /** Stores with free units of the article. */
  storeStock(sku: string): Promise<readonly Omit<StoreStock, 'place'>[]>;
  places(): Promise<ReadonlyMap<string, Place>>;
  /** False when it was noted before, or the conflict is over. */
  note(note: {
    readonly conflictId: string;
    readonly transferId: string;
    readonly compensatedBy: string;
  }): Promise<boolean>;
}

export interface CompensationParts {
  readonly book: CompensationBook;
  readonly authority: Pick<Authority, 'submit'>;
}

/** Makes refused holds good by itself: asks for a transfer, and notes it on the conflict. For one process or many. */
export function compensationPart(parts: CompensationParts): Part {
  return {
    name: 'compensation',
    run: async (signal) => {
      const alarm = createAlarm(COMPENSATION_INTERVAL_MS, signal);
      while (!signal.aborted) {
        await compensateOpen(parts);
        await alarm.next();
      }
    },
  };
}

/** One round over the conflicts that nobody has compensated; returns how many transfers were asked for. */
export async function compensateOpen(parts: CompensationParts): Promise<number> {
  const conflicts = await parts.book.openConflicts(COMPENSATION_CONFLICTS_MAX);
  let asked = 0;
  for (const conflict of conflicts) if (await compensate(parts, conflict)) asked += 1;
  return asked;
}

/**
 * Each try is an operation whose id follows from the conflict and its number: a crash between the transfer and its note, or
 * another process at the same work, finds the same try decided and never asks a second store for what one has given.
 */
async function compensate(parts: CompensationParts, conflict: ConflictRow): Promise<boolean> {
  const asked = new Set<string>();
  const places = await parts.book.places();
  for (let attempt = 1; attempt <= COMPENSATION_STORES_MAX; attempt += 1) {
    const operationId = `${POLICY_NAME}:${conflict.conflictId}:${attempt}`;
    const before = await parts.book.findAttempt(operationId);
    if (before !== null) {
      if (before.isAccepted) return note(parts, conflict, before.transferId);
      asked.add(before.fromStoreId);
      continue;
    }
    const stores = conflict.sku === null ? [] : await parts.book.storeStock(conflict.sku);
    const around = {
      place: places.get(conflict.storeId) ?? null,
      stores: stores.map((store) => ({ ...store, place: places.get(store.storeId) ?? null })),
    };
    const proposal = proposeCompensation(conflict, around, asked);
    if (proposal === null) return false;
    const transferId = derivedUuid(`compensation/${operationId}`);
    const outcome = await request(parts.authority, operationId, transferId, proposal);
    if (outcome === 'accepted') return note(parts, conflict, transferId);
    // Another process was first with this try, or the authority is busy: the next round looks again.
    if (outcome === 'unknown') return false;
    asked.add(proposal.fromStoreId);
  }
  return false;
}

function note(
  { book }: CompensationParts,
  { conflictId }: ConflictRow,
  transferId: string,
): Promise<boolean> {
  return book.note({ conflictId, transferId, compensatedBy: POLICY_NAME });
}

async function request(
  authority: CompensationParts['authority'],
  operationId: string,
  transferId: string,
  { fromStoreId, toStoreId, sku, quantity }: Compensation,
): Promise<'accepted' | 'refused' | 'unknown'> {
  const body = { type: 'transfer-request', transferId, fromStoreId, lines: [{ sku, quantity }] };
  const raw = JSON.stringify(body);
  const result = await authority.submit({
    kind: 'single',
    operation: {
      ...{ operationId, raw, storeId: toStoreId, contentHash: hashRaw(`${toStoreId} ${raw}`) },
      origin: { kind: 'api', apiKeyId: POLICY_NAME },
      ...{ readable: true, label: null, recordedAt: null, seen: null },
      body: operationBodySchema.parse(body),
    },
  });
  if (!result.ok || result.value.kind !== 'decided') return 'unknown';
  return result.value.verdict.verdict === 'ACCEPTED' ? 'accepted' : 'refused';
}
