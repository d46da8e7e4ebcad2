import type { Brand } from '../lib/brand.ts';

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
