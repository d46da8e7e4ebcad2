/**
 * What the console's routes answer, checked before a screen sees it.
 *
 * The contract is `../view-schemas.ts`. A page may import no code of the centre, only its types, so the shapes stand here
 * again; `Same` makes the compiler refuse this file as soon as one of them is not the contract's.
 */
import { instantSchema, positionSchema } from '@gondola/shared/schemas/primitives.ts';
import { conflictRowSchema, poolRowSchema, reservationRowSchema } from '@gondola/shared/schemas/rows.ts';
import { type CloudEvent, cloudEventSchema } from '@gondola/shared/schemas/topics.ts';
import { z } from 'zod';
import type * as contract from '../view-schemas.ts';

export type { ConflictRow, ReservationRow } from '@gondola/shared/schemas/rows.ts';
export type {
  ConflictView,
  NoticeView,
  Overview,
  PoolView,
  StoreTillView,
  StoreView,
  TillView,
} from '../view-schemas.ts';
export type { CloudEvent };

const tillSchema = z.strictObject({
  tillId: z.uuid(),
  storeId: z.uuid(),
  name: z.string(),
  life: z.int(),
  online: z.boolean(),
  lastContactAt: instantSchema.nullable(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  clockErrorMs: z.number().nullable(),
});

const storeSchema = z.strictObject({
  storeId: z.uuid(),
  number: z.string(),
  name: z.string(),
  tills: z.int(),
  tillsOnline: z.int(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  lastContactAt: instantSchema.nullable(),
  conflictsOpen: z.int(),
  poolsInDeficit: z.int(),
});

const noticeSchema = z.strictObject({
  noticeId: z.string(),
  storeId: z.uuid(),
  kind: z.enum(['conflict-opened', 'deficit-raised', 'low-stock']),
  sku: z.string().nullable(),
  quantity: z.int().nullable(),
  at: instantSchema,
});

export const overviewSchema = z.strictObject({
  stores: z.int(),
  tills: z.int(),
  tillsOnline: z.int(),
  waiting: z.int(),
  oldestWaitingAt: instantSchema.nullable(),
  conflictsOpen: z.int(),
  reservationsHeld: z.int(),
  poolsInDeficit: z.int(),
  position: positionSchema,
  verdicts: z.record(z.string(), z.int()),
  notices: z.array(noticeSchema),
});

const storeTillSchema = tillSchema.extend({
  articlesAllotted: z.int(),
  unitsAllotted: z.int(),
  unitsInDoubt: z.int(),
});

export const storesSchema = z.strictObject({ stores: z.array(storeSchema) });
export const storeAnswerSchema = z.strictObject({
  store: storeSchema,
  tills: z.array(storeTillSchema),
  conflicts: z.array(conflictRowSchema),
});

const poolSchema = poolRowSchema.extend({ storeId: z.uuid(), productName: z.string(), onHand: z.int() });
export const poolsSchema = z.strictObject({ pools: z.array(poolSchema) });

const historySchema = z.strictObject({
  position: positionSchema,
  at: instantSchema,
  type: z.string(),
  operationId: z.string().nullable(),
  free: z.int(),
  held: z.int(),
  allotted: z.int(),
  inDoubt: z.int(),
  deficit: z.int(),
  onHand: z.int(),
  onHandAfter: z.int(),
});
export type HistoryEntry = z.infer<typeof historySchema>;
export const poolAnswerSchema = z.strictObject({
  pool: poolSchema,
  history: z.array(historySchema),
  reservations: z.array(reservationRowSchema),
});

const reservationSchema = reservationRowSchema.extend({ productName: z.string() });
export type ReservationView = z.infer<typeof reservationSchema>;
export const reservationsSchema = z.strictObject({ reservations: z.array(reservationSchema) });

const conflictSchema = conflictRowSchema.extend({ productName: z.string(), storeName: z.string() });
export const conflictsSchema = z.strictObject({ conflicts: z.array(conflictSchema) });

export const eventsSchema = z.strictObject({ events: z.array(cloudEventSchema) });
/** The live feed's message. */
export const feedMessageSchema = z.array(cloudEventSchema);

/** Of the public API: only what the console reads of it. */
export const tillsSchema = z.object({ tills: z.array(z.object({ tillId: z.uuid(), name: z.string() })) });
export const enrolmentCodeSchema = z.object({ code: z.string(), expiresAt: instantSchema });
export type EnrolmentCode = z.infer<typeof enrolmentCodeSchema>;

type Same<Here extends z.ZodType, There extends z.ZodType> = [z.infer<Here>, z.infer<There>] extends [
  z.infer<There>,
  z.infer<Here>,
]
  ? true
  : never;
type Contract = typeof contract;
/** One `true` for each answer whose shape is the contract's. */
export const agrees: {
  readonly overview: Same<typeof overviewSchema, Contract['overviewSchema']>;
  readonly stores: Same<typeof storesSchema, Contract['storesAnswerSchema']>;
  readonly store: Same<typeof storeAnswerSchema, Contract['storeAnswerSchema']>;
  readonly pools: Same<typeof poolsSchema, Contract['poolsAnswerSchema']>;
  readonly pool: Same<typeof poolAnswerSchema, Contract['poolAnswerSchema']>;
  readonly reservations: Same<typeof reservationsSchema, Contract['reservationsAnswerSchema']>;
  readonly conflicts: Same<typeof conflictsSchema, Contract['conflictsAnswerSchema']>;
  readonly events: Same<typeof eventsSchema, Contract['eventsAnswerSchema']>;
} = {
  overview: true,
  stores: true,
  store: true,
  pools: true,
  pool: true,
  reservations: true,
  conflicts: true,
  events: true,
};
