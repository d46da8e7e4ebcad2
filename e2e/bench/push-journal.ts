/** A till's journal as bytes ready to be sent. Pure. */
import { type JournalHead, type JournalIdentity, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { GrantKey } from '@gondola/sync/protocol/grants.ts';
import type { PushRequest } from '@gondola/sync/protocol/push.ts';
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import { type BenchPurse, nextOperation, SCRIPT_START, type ScriptPlace, type TillScript } from './plan.ts';

/** An enrolled till with its script. */
export interface BenchTill extends JournalIdentity {
  readonly token: string;
  /** Whose grants it believes. */
  readonly grantKey: GrantKey;
  readonly script: TillScript;
}

/** How far a till's journal has gone. */
export interface JournalPlace {
  readonly head: JournalHead;
  readonly script: ScriptPlace;
}

export const JOURNAL_START: JournalPlace = {
  head: { sequence: 0, hash: GENESIS_HASH },
  script: SCRIPT_START,
};

/** Sealed records that follow each other, and where they leave the journal. */
export interface SealedRecords {
  readonly raws: readonly string[];
  readonly firstSequence: number;
  readonly oldestRecordedAt: string | null;
  readonly after: JournalPlace;
}

/** The next `records` records of a till. */
export function sealNext(
  till: BenchTill,
  place: JournalPlace,
  purse: BenchPurse,
  records: number,
): SealedRecords {
  let { head, script } = place;
  const raws: string[] = [];
  let oldestRecordedAt: string | null = null;
  for (let index = 0; index < records; index += 1) {
    const next = nextOperation(till.script, script, purse);
    const sealed = sealRecord(till, head, next.content);
    oldestRecordedAt ??= next.content.recordedAt;
    raws.push(sealed.raw);
    head = { sequence: sealed.sequence, hash: sealed.hash };
    script = next.place;
  }
  return { raws, firstSequence: place.head.sequence + 1, oldestRecordedAt, after: { head, script } };
}

/** A push as it goes over the wire, and where it leaves the journal once it is acknowledged. */
export interface PreparedPush {
  readonly request: Buffer;
  readonly operations: number;
  readonly after: JournalPlace;
}

/** Sealed records as one HTTP request. */
export function pushOf(till: BenchTill, sealed: SealedRecords, host: string): PreparedPush {
  const { raws, firstSequence, oldestRecordedAt, after } = sealed;
  const push: PushRequest = {
    protocolVersion: PROTOCOL_VERSION,
    life: till.life,
    firstSequence,
    records: [...raws],
    waiting: { count: raws.length, oldestRecordedAt },
  };
  return { request: postBytes('/sync/v1/push', host, till.token, push), operations: raws.length, after };
}

function postBytes(path: string, host: string, token: string, message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}
