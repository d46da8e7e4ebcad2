import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import type { QuarantineReason } from '@gondola/shared/domain/refusal.ts';
import {
  type JournalRecord,
  journalRecordSchema,
  type OperationBody,
  operationBodySchema,
} from '@gondola/shared/schemas/operations.ts';
import { contentHashOf } from './content-hash.ts';
import type { Operation } from './model.ts';

/** Who the gateway has found the sender to be; the record must say the same. */
export interface TillIdentity {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
}

/** A journal record as the authority takes it, with the chain link it claims (null when it cannot be read). */
export interface ReadRecord {
  readonly operation: Operation;
  readonly previousHash: string | null;
}

/** Reads one journaled text. Total: what cannot be decoded becomes an unreadable operation that keeps its place. */
export function readRecord(
  raw: string,
  sequence: number,
  identity: TillIdentity,
  contentHash = contentHashOf(raw),
): ReadRecord {
  const shared = {
    operationId: tillOperationId(identity.tillId, identity.life, sequence),
    contentHash,
    storeId: identity.storeId,
    origin: { kind: 'till', tillId: identity.tillId, life: identity.life, sequence } as const,
    raw,
  };
  const unreadable = (reason: QuarantineReason, detail: string, previousHash: string | null): ReadRecord => ({
    operation: { ...shared, readable: false, reason, detail },
    previousHash,
  });
  const json = parseJson(raw);
  if (json === undefined) return unreadable('not-json', 'The record is not JSON.', null);
  const envelope = journalRecordSchema.safeParse(json);
  if (!envelope.success) return unreadable('envelope-invalid', firstIssue(envelope.error), null);
  const record = envelope.data;
  if (!isFrom(record, sequence, identity)) {
    return unreadable(
      'identity-mismatch',
      'The record names another till, store, life or sequence.',
      record.previousHash,
    );
  }
  const body = operationBodySchema.safeParse(record.body);
  if (!body.success) return unreadable('body-invalid', firstIssue(body.error), record.previousHash);
  if (body.data.type === 'salvage') {
    return { operation: salvage(shared, body.data, identity), previousHash: record.previousHash };
  }
  return {
    operation: {
      ...shared,
      readable: true,
      label: record.label,
      recordedAt: record.recordedAt,
      seen: record.seen,
      body: body.data,
    },
    previousHash: record.previousHash,
  };
}

type Shared = Omit<Extract<Operation, { readable: false }>, 'readable' | 'reason' | 'detail'>;

/** The record inside a salvage, as if it had come by itself, but charged to no allotment: those of its life are in doubt. */
function salvage(
  shared: Shared,
  { life, sequence, raw }: Extract<OperationBody, { type: 'salvage' }>,
  identity: TillIdentity,
): Operation {
  const { operation } = readRecord(raw, sequence, { ...identity, life });
  if (!operation.readable) return { ...operation, ...shared };
  const { operationId, contentHash } = operation;
  const isOfEarlierLife = life < identity.life && operation.body.type !== 'salvage';
  if (!isOfEarlierLife) {
    return {
      ...shared,
      readable: false,
      reason: 'body-invalid',
      detail: 'Only an earlier life can be salvaged.',
    };
  }
  return { ...operation, ...shared, body: uncharged(operation.body), salvaged: { operationId, contentHash } };
}

function uncharged(body: OperationBody): OperationBody {
  if (body.type === 'sell') {
    return { ...body, lines: body.lines.map(({ allottedQuantity: _, ...line }) => line) };
  }
  if (body.type !== 'reserve') return body;
  const { allotted: _, ...plain } = body;
  return plain;
}

function isFrom(record: JournalRecord, sequence: number, identity: TillIdentity): boolean {
  return (
    record.tillId === identity.tillId &&
    record.storeId === identity.storeId &&
    record.life === identity.life &&
    record.sequence === sequence
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstIssue(error: { readonly issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return issue === undefined ? 'invalid' : `${issue.path.join('.') || '(record)'}: ${issue.message}`;
}
