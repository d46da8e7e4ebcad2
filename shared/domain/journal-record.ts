import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Label } from './labels.ts';

/** Who writes a journal: one life of one till of one store. */
export interface JournalIdentity {
  readonly storeId: string;
  readonly tillId: string;
  readonly life: number;
}

/** The end of a chain: the last sequence and its hash; 0 and the genesis hash for an empty journal. */
export interface JournalHead {
  readonly sequence: number;
  readonly hash: string;
}

/** A record with the text that is hashed, stored and sent. */
export interface SealedRecord {
  readonly sequence: number;
  readonly hash: string;
  readonly raw: string;
}

/** What a till wants to write; the chain adds the rest. */
export interface RecordContent {
  readonly recordedAt: string;
  readonly label: Label;
  readonly seen: { readonly logId: string; readonly position: number } | null;
  readonly body: { readonly type: string };
}

/** SHA-256 of the text's UTF-8 bytes, in lower-case hexadecimal. Synchronous, so that a chain cannot interleave. */
export function hashRaw(raw: string): string {
  return bytesToHex(sha256(utf8ToBytes(raw)));
}

/** The next record of a chain. Pure: the same head and content give the same bytes. */
export function sealRecord(
  identity: JournalIdentity,
  head: JournalHead,
  content: RecordContent,
): SealedRecord {
  const sequence = head.sequence + 1;
  const raw = JSON.stringify({
    format: 1,
    storeId: identity.storeId,
    tillId: identity.tillId,
    life: identity.life,
    sequence,
    previousHash: head.hash,
    recordedAt: content.recordedAt,
    label: content.label,
    seen: content.seen,
    body: content.body,
  });
  return { sequence, hash: hashRaw(raw), raw };
}
