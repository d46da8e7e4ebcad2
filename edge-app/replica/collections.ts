import { RESERVATION_STATES } from '@gondola/shared/domain/labels.ts';
import { IDENTIFIER_MAX_CHARACTERS, SKU_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type {
  AllotmentRow,
  ConflictRow,
  PolicyRow,
  PoolRow,
  ProductRow,
  ReservationRow,
  TransferRow,
  VerdictRow,
} from '@gondola/shared/schemas/rows.ts';
import type { RxCollection, RxJsonSchema } from 'rxdb';

/**
 * The replica's collections. Any change of a schema raises this number: it names the database, so the old one is
 * dropped and everything is pulled again, which is faster than a migration and cannot fail half way.
 */
export const REPLICA_VERSION = 3;

/** A checkpoint, kept beside the rows it speaks of and written after them. */
export interface MetaRow {
  readonly log: 'inventory' | 'catalogue';
  readonly checkpoint: Checkpoint | null;
}

/** Indexed fields are required and never null in RxDB, so a verdict carries its place a second time. */
export interface StoredVerdict extends VerdictRow {
  readonly indexedLife: number;
  readonly indexedSequence: number;
}

/** One allotment per life and article; the name of both is its key. */
export interface StoredAllotment extends AllotmentRow {
  readonly allotmentKey: string;
}

export interface ReplicaCollections {
  readonly products: RxCollection<ProductRow>;
  readonly pools: RxCollection<PoolRow>;
  readonly reservations: RxCollection<ReservationRow>;
  readonly verdicts: RxCollection<StoredVerdict>;
  readonly conflicts: RxCollection<ConflictRow>;
  readonly allotments: RxCollection<StoredAllotment>;
  readonly transfers: RxCollection<TransferRow>;
  readonly policies: RxCollection<PolicyRow>;
  readonly meta: RxCollection<MetaRow>;
}

const CODE = { type: 'string', maxLength: SKU_MAX_CHARACTERS } as const;
const ID = { type: 'string', maxLength: IDENTIFIER_MAX_CHARACTERS } as const;
const COUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, multipleOf: 1 } as const;
const SEQUENCE = { type: 'integer', minimum: 0, maximum: 1_000_000_000_000, multipleOf: 1 } as const;
const ANYTHING = {};

const products: RxJsonSchema<ProductRow> = {
  version: 0,
  primaryKey: 'sku',
  type: 'object',
  properties: {
    sku: CODE,
    name: { type: 'string' },
    department: { type: 'string' },
    category: { type: 'string' },
    packageSize: { type: 'string' },
    brand: { type: 'string' },
    ean: CODE,
    priceMinor: ANYTHING,
    position: COUNT,
  },
  required: ['sku', 'ean', 'position'],
  indexes: ['ean'],
};

const pools: RxJsonSchema<PoolRow> = {
  version: 0,
  primaryKey: 'sku',
  type: 'object',
  properties: {
    sku: CODE,
    free: COUNT,
    held: COUNT,
    allotted: COUNT,
    inDoubt: COUNT,
    deficit: COUNT,
    version: COUNT,
    recountNeeded: { type: 'boolean' },
    position: COUNT,
  },
  required: ['sku', 'position'],
};

const reservations: RxJsonSchema<ReservationRow> = {
  version: 0,
  primaryKey: 'reservationId',
  type: 'object',
  properties: {
    reservationId: ID,
    storeId: ID,
    sku: CODE,
    quantity: COUNT,
    state: { type: 'string', enum: [...RESERVATION_STATES], maxLength: 16 },
    tillId: ANYTHING,
    allottedLife: ANYTHING,
    heldAt: { type: 'string' },
    expiresAt: { type: 'string' },
    position: COUNT,
  },
  required: ['reservationId', 'state', 'position'],
  indexes: ['state'],
};

const verdicts: RxJsonSchema<StoredVerdict> = {
  version: 0,
  primaryKey: 'operationId',
  type: 'object',
  properties: {
    operationId: ID,
    life: ANYTHING,
    sequence: ANYTHING,
    indexedLife: SEQUENCE,
    indexedSequence: SEQUENCE,
    verdict: { type: 'string' },
    reason: ANYTHING,
    decidedAt: { type: 'string' },
    reservationId: ANYTHING,
    expiresAt: ANYTHING,
    excess: { type: 'array', items: { type: 'object' } },
    position: COUNT,
  },
  required: ['operationId', 'indexedLife', 'indexedSequence', 'position'],
  indexes: [['indexedLife', 'indexedSequence']],
};

const conflicts: RxJsonSchema<ConflictRow> = {
  version: 0,
  primaryKey: 'conflictId',
  type: 'object',
  properties: {
    conflictId: ID,
    storeId: ID,
    tillId: ANYTHING,
    operationId: ID,
    kind: { type: 'string' },
    state: { type: 'string' },
    operationType: { type: 'string' },
    label: ANYTHING,
    reason: { type: 'string' },
    sku: ANYTHING,
    quantity: COUNT,
    recordedAt: ANYTHING,
    seenPosition: ANYTHING,
    freeAtDecision: ANYTHING,
    openedAt: { type: 'string' },
    closedAt: ANYTHING,
    closedBy: ANYTHING,
    closingReason: ANYTHING,
    position: COUNT,
  },
  required: ['conflictId', 'position'],
};

const allotments: RxJsonSchema<StoredAllotment> = {
  version: 0,
  primaryKey: 'allotmentKey',
  type: 'object',
  properties: {
    allotmentKey: { type: 'string', maxLength: SKU_MAX_CHARACTERS + 16 },
    sku: CODE,
    tillId: ID,
    life: COUNT,
    number: COUNT,
    state: { type: 'string' },
    mode: { type: 'string' },
    granted: COUNT,
    consumed: COUNT,
    held: COUNT,
    surrendered: COUNT,
    recalled: COUNT,
    position: COUNT,
  },
  required: ['allotmentKey', 'sku', 'life', 'position'],
};

const transfers: RxJsonSchema<TransferRow> = {
  version: 0,
  primaryKey: 'transferId',
  type: 'object',
  properties: {
    transferId: ID,
    fromStoreId: ID,
    toStoreId: ID,
    state: { type: 'string' },
    lines: { type: 'array', items: { type: 'object' } },
    requestedAt: { type: 'string' },
    expiresAt: { type: 'string' },
    reason: ANYTHING,
    position: COUNT,
  },
  required: ['transferId', 'position'],
};

const policies: RxJsonSchema<PolicyRow> = {
  version: 0,
  primaryKey: 'sku',
  type: 'object',
  properties: { sku: CODE, provisionalMaxUnits: ANYTHING, version: COUNT, position: COUNT },
  required: ['sku', 'position'],
};

const meta: RxJsonSchema<MetaRow> = {
  version: 0,
  primaryKey: 'log',
  type: 'object',
  properties: { log: { type: 'string', maxLength: 16 }, checkpoint: ANYTHING },
  required: ['log'],
};

/** Nine collections; RxDB allows thirteen in one page. */
export const collectionSchemas = {
  products: { schema: products },
  pools: { schema: pools },
  reservations: { schema: reservations },
  verdicts: { schema: verdicts },
  conflicts: { schema: conflicts },
  allotments: { schema: allotments },
  transfers: { schema: transfers },
  policies: { schema: policies },
  meta: { schema: meta },
} as const;

export type CollectionName = keyof typeof collectionSchemas;
/** What each log fills. */
export const INVENTORY_COLLECTIONS: readonly CollectionName[] = [
  'pools',
  'reservations',
  'verdicts',
  'conflicts',
  'allotments',
  'transfers',
  'policies',
];
export const CATALOGUE_COLLECTIONS: readonly CollectionName[] = ['products'];
