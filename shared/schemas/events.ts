import { z } from 'zod';
import { ALLOTMENT_EXPIRY_CAUSES, ALLOTMENT_FORCE_CAUSES, ALLOTMENT_MODES } from '../domain/allotment.ts';
import {
  ADJUSTMENT_REASONS,
  CONFLICT_ACTS,
  CONFLICT_KINDS,
  CONFLICT_STATES,
  LABELS,
  TRANSFER_STATES,
  VERDICTS,
} from '../domain/labels.ts';
import {
  instantSchema,
  positionSchema,
  priceMinorSchema,
  reservationIdSchema,
  skuSchema,
  storeIdSchema,
  tillIdSchema,
} from './primitives.ts';
import { excessSchema, transferLineSchema } from './rows.ts';

const accountSchema = z.enum(['F', 'V', 'Q', 'X', 'D', 'W']);

/** A ledger pair: the quantity leaves one account and enters another. */
export const movementSchema = z.strictObject({
  from: accountSchema,
  to: accountSchema,
  quantity: z.int().min(1),
});

/** Carried by every event that changes a pool: folding `movements` in position order gives the balances. */
const poolChange = {
  storeId: storeIdSchema,
  sku: skuSchema,
  operationId: z.string().nullable(),
  movements: z.array(movementSchema),
  /** Version of the pool after this event, dense from 1. */
  poolVersion: z.int().min(1),
} as const;

/** The life inside whose allotment units stand or stood. */
const allotteeSchema = z.strictObject({ tillId: tillIdSchema, life: z.int().min(1) });

const reservationChange = {
  ...poolChange,
  reservationId: reservationIdSchema,
  quantity: z.int().min(1),
  /** null for a hold of the authority's own. */
  allottee: allotteeSchema.nullable().default(null),
} as const;

const allotmentChange = {
  ...poolChange,
  tillId: tillIdSchema,
  life: z.int().min(1),
  /** Of the allotment, from 1 for each life and pool. */
  number: z.int().min(1),
} as const;

const transferChange = { ...poolChange, transferId: z.uuid(), quantity: z.int().min(1) } as const;

export const inventoryEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ReservationHeld'),
    ...reservationChange,
    tillId: tillIdSchema.nullable(),
    heldAt: instantSchema,
    expiresAt: instantSchema,
  }),
  z.strictObject({
    type: z.literal('ReservationCommitted'),
    ...reservationChange,
    transactionId: z.string().nullable(),
    /** Units of this reservation that the customer took by a sale; the rest of them returned to free. */
    takenQuantity: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('ReservationReleased'), ...reservationChange }),
  z.strictObject({ type: z.literal('ReservationExpired'), ...reservationChange }),
  /** The life inside whose allotment it stood is over: the units stay held, now on the authority's own clock. */
  z.strictObject({
    type: z.literal('ReservationTakenOver'),
    ...reservationChange,
    expiresAt: instantSchema,
  }),
  z.strictObject({
    type: z.literal('ItemsSold'),
    ...poolChange,
    basketId: z.uuid(),
    quantity: z.int().min(1),
    unitPriceMinor: priceMinorSchema,
    excess: z.int().min(0),
    /** Units that came out of the selling till's allotment. */
    allottedQuantity: z.int().min(0).default(0),
    seller: allotteeSchema.nullable().default(null),
  }),
  z.strictObject({
    type: z.literal('ItemsReturned'),
    ...poolChange,
    basketId: z.uuid(),
    quantity: z.int().min(1),
    unitPriceMinor: priceMinorSchema,
  }),
  z.strictObject({ type: z.literal('GoodsReceived'), ...poolChange, quantity: z.int().min(1) }),
  z.strictObject({
    type: z.literal('StockCounted'),
    ...poolChange,
    counted: z.int().min(0),
    bookAtCut: z.int(),
    difference: z.int(),
    tillId: tillIdSchema.nullable(),
    recordedAt: instantSchema.nullable(),
  }),
  z.strictObject({
    type: z.literal('StockAdjusted'),
    ...poolChange,
    difference: z.int(),
    reason: z.enum(ADJUSTMENT_REASONS),
    note: z.string().nullable(),
    excess: z.int().min(0),
  }),
  z.strictObject({ type: z.literal('RecountFlagged'), ...poolChange }),
  z.strictObject({
    type: z.literal('AllotmentGranted'),
    ...allotmentChange,
    quantity: z.int().min(1),
    mode: z.enum(ALLOTMENT_MODES),
  }),
  /** The authority asks for units back; none move before the till has given them. */
  z.strictObject({ type: z.literal('AllotmentRecalled'), ...allotmentChange, quantity: z.int().min(1) }),
  z.strictObject({ type: z.literal('AllotmentSurrendered'), ...allotmentChange, quantity: z.int().min(1) }),
  /** The authority asks the till to spend no more and to settle. */
  z.strictObject({ type: z.literal('AllotmentClosing'), ...allotmentChange, reason: z.string() }),
  z.strictObject({
    type: z.literal('AllotmentExpired'),
    ...allotmentChange,
    quantity: z.int().min(0),
    cause: z.enum(ALLOTMENT_EXPIRY_CAUSES),
  }),
  /** `quantity`: the exposure, units that became free although the till may have spent them. */
  z.strictObject({
    type: z.literal('AllotmentForced'),
    ...allotmentChange,
    quantity: z.int().min(0),
    cause: z.enum(ALLOTMENT_FORCE_CAUSES),
    forcedBy: z.string(),
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal('AllotmentSettled'), ...allotmentChange, quantity: z.int().min(0) }),
  z.strictObject({
    type: z.literal('LifeRetired'),
    storeId: storeIdSchema,
    tillId: tillIdSchema,
    life: z.int().min(1),
    cause: z.enum(['forked', 're-enrolled', 'revoked']),
  }),
  z.strictObject({ type: z.literal('TransferHeld'), ...transferChange }),
  z.strictObject({ type: z.literal('TransferReleased'), ...transferChange }),
  z.strictObject({ type: z.literal('TransferDispatched'), ...transferChange, excess: z.int().min(0) }),
  z.strictObject({ type: z.literal('TransferReceived'), ...transferChange }),
  z.strictObject({
    type: z.literal('TransferChanged'),
    storeId: storeIdSchema,
    transferId: z.uuid(),
    operationId: z.string().nullable(),
    fromStoreId: storeIdSchema,
    toStoreId: storeIdSchema,
    state: z.enum(TRANSFER_STATES),
    lines: z.array(transferLineSchema),
    requestedAt: instantSchema,
    expiresAt: instantSchema,
    reason: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal('OperationDecided'),
    storeId: storeIdSchema,
    operationId: z.string(),
    operationType: z.string(),
    tillId: tillIdSchema.nullable(),
    life: z.int().nullable(),
    sequence: z.int().nullable(),
    label: z.enum(LABELS).nullable(),
    verdict: z.enum(VERDICTS),
    reason: z.string().nullable(),
    reservationId: reservationIdSchema.nullable(),
    expiresAt: instantSchema.nullable(),
    excess: z.array(excessSchema),
  }),
  z.strictObject({
    type: z.literal('ConflictOpened'),
    storeId: storeIdSchema,
    conflictId: z.uuid(),
    operationId: z.string(),
    operationType: z.string(),
    tillId: tillIdSchema.nullable(),
    kind: z.enum(CONFLICT_KINDS),
    state: z.enum(CONFLICT_STATES).default('OPEN'),
    label: z.enum(LABELS).nullable(),
    reason: z.string(),
    sku: skuSchema.nullable(),
    quantity: z.int().min(0),
    recordedAt: instantSchema.nullable(),
    seenPosition: positionSchema.nullable(),
    freeAtDecision: z.int().min(0).nullable(),
  }),
  /** A pending conflict turned out to be one: this much remained when the sibling tills had settled. */
  z.strictObject({
    type: z.literal('ConflictDue'),
    storeId: storeIdSchema,
    conflictId: z.uuid(),
    quantity: z.int().min(1),
  }),
  z.strictObject({
    type: z.literal('ConflictClosed'),
    storeId: storeIdSchema,
    conflictId: z.uuid(),
    closedBy: z.string(),
    closingReason: z.string(),
    /** What was done about it; absent when the authority closed it by itself. */
    act: z.enum(CONFLICT_ACTS).optional(),
    /** The transfer that makes it good. */
    transferId: z.uuid().optional(),
  }),
  /** A transfer was asked for to make the conflict good, by a person or by the policy; it stays open until it is closed. */
  z.strictObject({
    type: z.literal('ConflictCompensated'),
    storeId: storeIdSchema,
    conflictId: z.uuid(),
    transferId: z.uuid(),
    compensatedBy: z.string(),
  }),
  /** How far tills may promise the article without being sure: null knows no bound. */
  z.strictObject({
    type: z.literal('ItemPolicyChanged'),
    storeId: storeIdSchema,
    sku: skuSchema,
    provisionalMaxUnits: z.int().min(0).nullable(),
    policyVersion: z.int().min(1),
    changedBy: z.string(),
  }),
]);
export type InventoryEvent = z.infer<typeof inventoryEventSchema>;
export type InventoryEventType = InventoryEvent['type'];

export const storesEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('StoreOpened'),
    storeId: storeIdSchema,
    number: z.string(),
    name: z.string(),
  }),
  z.strictObject({
    type: z.literal('TillEnrolled'),
    storeId: storeIdSchema,
    tillId: tillIdSchema,
    name: z.string(),
    life: z.int().min(1),
  }),
  z.strictObject({ type: z.literal('ProductChanged'), sku: skuSchema, name: z.string() }),
  z.strictObject({
    type: z.literal('PriceChanged'),
    sku: skuSchema,
    priceMinor: priceMinorSchema.nullable(),
  }),
]);
export type StoresEvent = z.infer<typeof storesEventSchema>;
export type StoresEventType = StoresEvent['type'];

/** An event with its place in a log: position order is commit order, and positions are dense. */
export interface Logged<Event> {
  readonly logId: string;
  readonly position: number;
  /** The authority's clock, ISO 8601. */
  readonly occurredAt: string;
  readonly event: Event;
}
