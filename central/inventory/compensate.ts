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
import type { Pool } from '../platform/postgres.ts';
import type { Part } from '../platform/service.ts';
import type { Authority } from './authority.ts';
import { type ReportSources, readStoreStock } from './postgres-conflict-report.ts';
import { noteCompensation } from './postgres-conflicts.ts';
import { toConflictRow } from './postgres-rows.ts';
import { type Compensation, proposeCompensation } from './propose-compensation.ts';

/** Who a compensation is signed by when no person asked for it. */
export const POLICY_NAME = 'policy';

export interface CompensationParts {
  readonly pool: Pool;
  readonly authority: Pick<Authority, 'submit'>;
  readonly sources: Pick<ReportSources, 'places'>;
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
  const { rows } = await parts.pool.query(
    `select * from conflicts where state = 'OPEN' and kind = 'provisional-refused' and operation_type = 'reserve'
       and transfer_id is null order by position limit $1`,
    [COMPENSATION_CONFLICTS_MAX],
  );
  let asked = 0;
  for (const row of rows) if (await compensate(parts, toConflictRow(row))) asked += 1;
  return asked;
}

/**
 * Each try is an operation whose id follows from the conflict and its number: a crash between the transfer and its note, or
 * another process at the same work, finds the same try decided and never asks a second store for what one has given.
 */
async function compensate(parts: CompensationParts, conflict: ConflictRow): Promise<boolean> {
  const asked = new Set<string>();
  const places = await parts.sources.places();
  for (let attempt = 1; attempt <= COMPENSATION_STORES_MAX; attempt += 1) {
    const operationId = `${POLICY_NAME}:${conflict.conflictId}:${attempt}`;
    const before = await findAttempt(parts.pool, operationId);
    if (before !== null) {
      if (before.isAccepted) return note(parts, conflict, before.transferId);
      asked.add(before.fromStoreId);
      continue;
    }
    const stores = conflict.sku === null ? [] : await readStoreStock(parts.pool, conflict.sku);
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
  { pool }: CompensationParts,
  { conflictId }: ConflictRow,
  transferId: string,
): Promise<boolean> {
  return noteCompensation(pool, { conflictId, transferId, compensatedBy: POLICY_NAME });
}

async function findAttempt(
  pool: Pool,
  operationId: string,
): Promise<{
  readonly isAccepted: boolean;
  readonly transferId: string;
  readonly fromStoreId: string;
} | null> {
  const { rows } = await pool.query<{ verdict: string; raw: string }>(
    'select verdict, raw from verdicts where operation_id = $1',
    [operationId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const body = operationBodySchema.parse(JSON.parse(row.raw));
  if (body.type !== 'transfer-request') return null;
  return {
    ...{ transferId: body.transferId, fromStoreId: body.fromStoreId },
    isAccepted: row.verdict === 'ACCEPTED',
  };
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
