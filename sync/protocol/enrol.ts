import { storeIdSchema, tillIdSchema } from '@gondola/shared/schemas/primitives.ts';
import { z } from 'zod';
import { grantKeySchema } from './grants.ts';

/** `POST /sync/v1/enrol`: the only message without a token; the single-use code is its proof. */
export const enrolRequestSchema = z.strictObject({
  code: z.string().trim().min(1).max(64),
  tillName: z.string().trim().min(1).max(64),
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const enrolResponseSchema = z.strictObject({
  storeId: storeIdSchema,
  storeName: z.string(),
  tillId: tillIdSchema,
  tillName: z.string(),
  life: z.int().min(1),
  token: z.string().min(32),
  currency: z.string().length(3),
  /** Whose signature makes a grant; a till without it spends no allotment. */
  grantKey: grantKeySchema.optional(),
});
export type EnrolResponse = z.infer<typeof enrolResponseSchema>;
