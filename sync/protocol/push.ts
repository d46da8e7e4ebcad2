import { JOURNAL_RECORD_MAX_BYTES, PUSH_RECORDS_MAX } from '@gondola/shared/lib/limits.ts';
import { positionSchema } from '@gondola/shared/schemas/primitives.ts';
import { z } from 'zod';
import { journalHeadSchema, waitingSchema } from './hello.ts';

/** Journal records up, in order, as the raw text that was hashed. */
export const pushRequestSchema = z.strictObject({
  protocolVersion: z.int().min(1),
  life: z.int().min(1),
  /** Sequence of the first record; the others follow it without a gap. */
  firstSequence: z.int().min(1),
  records: z.array(z.string().min(1).max(JOURNAL_RECORD_MAX_BYTES)).min(1).max(PUSH_RECORDS_MAX),
  waiting: waitingSchema,
});
export type PushRequest = z.infer<typeof pushRequestSchema>;

/** Everything up to `acknowledged` has its verdict; the verdicts themselves come by pull, beside their effects. */
export const pushResponseSchema = z.strictObject({
  acknowledged: journalHeadSchema,
  inventoryHead: positionSchema,
});
export type PushResponse = z.infer<typeof pushResponseSchema>;
