import type { Brand } from '../lib/brand.ts';
import { hashRaw } from './journal-record.ts';

/** A shop. UUID. */
export type StoreId = Brand<string, 'StoreId'>;
/** One device that sells in a shop. UUID. */
export type TillId = Brand<string, 'TillId'>;
/** An article of the chain, as the chain writes it. */
export type Sku = Brand<string, 'Sku'>;
/** A promise of units. UUID, made by whoever asks. */
export type ReservationId = Brand<string, 'ReservationId'>;
/** Names one operation for ever; see {@link tillOperationId} and {@link apiOperationId}. */
export type OperationId = Brand<string, 'OperationId'>;

/** The id of a journal record: till, life and sequence. */
export function tillOperationId(tillId: string, life: number, sequence: number): OperationId {
  return `till:${tillId}:${life}:${sequence}` as OperationId;
}

/** The id of an operation sent to the public API: the key that sent it and its Idempotency-Key. */
export function apiOperationId(apiKeyId: string, idempotencyKey: string): OperationId {
  return `api:${apiKeyId}:${idempotencyKey}` as OperationId;
}

/** The id of an imported delivery: stable for the same file content, so that a second import changes nothing. */
export function importOperationId(digest: string): OperationId {
  return `import:${digest}` as OperationId;
}

/** A UUID that belongs to a name for ever (RFC 9562 version 8, from the name's SHA-256). */
export function derivedUuid(name: string): string {
  const hex = hashRaw(name);
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16).padStart(2, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
