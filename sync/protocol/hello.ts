import { instantSchema, positionSchema, sha256Schema } from '@gondola/shared/schemas/primitives.ts';
import { z } from 'zod';

/** The end of a journal's chain; sequence 0 with the genesis hash for an empty one. */
export const journalHeadSchema = z.strictObject({ sequence: z.int().min(0), hash: sha256Schema });

/** What a till still has to send, for the console. */
export const waitingSchema = z.strictObject({
  count: z.int().min(0),
  oldestRecordedAt: instantSchema.nullable(),
});
export type Waiting = z.infer<typeof waitingSchema>;

/** First message after every connect: both sides compare what they know of the journal. */
export const helloRequestSchema = z.strictObject({
  protocolVersion: z.int().min(1),
  life: z.int().min(1),
  head: journalHeadSchema,
  waiting: waitingSchema,
  /** The till's wall clock, to measure its error; never a rule. */
  tillTime: instantSchema,
  /** Sent when the centre's acknowledged record is not in this journal: what stands there instead. */
  fork: journalHeadSchema.optional(),
});
export type HelloRequest = z.infer<typeof helloRequestSchema>;

export const helloResponseSchema = z.strictObject({
  protocolVersion: z.int().min(1),
  /** The last record the authority has decided, and its hash: the till checks its own chain against it. */
  acknowledged: journalHeadSchema,
  inventoryHead: positionSchema,
  catalogueHead: positionSchema,
  centralTime: instantSchema,
});
export type HelloResponse = z.infer<typeof helloResponseSchema>;
