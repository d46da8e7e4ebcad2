/** A till's journal as bytes ready to be sent. Pure. */
import { type JournalHead, type JournalIdentity, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import { GENESIS_HASH } from '@gondola/shared/schemas/operations.ts';
import type { PushRequest } from '@gondola/sync/protocol/push.ts';
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import { nextOperation, SCRIPT_START, type ScriptPlace, type TillScript } from './plan.ts';

/** An enrolled till with its script. */
export interface BenchTill extends JournalIdentity {
  readonly token: string;
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

/** A push as it goes over the wire, and where it leaves the journal once it is acknowledged. */
export interface PreparedPush {
  readonly request: Buffer;
  readonly operations: number;
  readonly after: JournalPlace;
}

/** Seals the next `records` records of a till into one HTTP request. */
export function preparePush(
  till: BenchTill,
  place: JournalPlace,
  records: number,
  host: string,
): PreparedPush {
  let { head, script } = place;
  const raws: string[] = [];
  let oldestRecordedAt: string | null = null;
  for (let index = 0; index < records; index += 1) {
    const next = nextOperation(till.script, script);
    const sealed = sealRecord(till, head, next.content);
    oldestRecordedAt ??= next.content.recordedAt;
    raws.push(sealed.raw);
    head = { sequence: sealed.sequence, hash: sealed.hash };
    script = next.place;
  }
  const push: PushRequest = {
    protocolVersion: PROTOCOL_VERSION,
    life: till.life,
    firstSequence: place.head.sequence + 1,
    records: raws,
    waiting: { count: records, oldestRecordedAt },
  };
  return {
    request: postBytes('/sync/v1/push', host, till.token, push),
    operations: records,
    after: { head, script },
  };
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
