import { instantSchema, positionSchema, tillIdSchema } from '@gondola/shared/schemas/primitives.ts';
import { allotmentRowSchema } from '@gondola/shared/schemas/rows.ts';
import { z } from 'zod';

/**
 * What the authority leases to one life of one till, signed: `signature` is ECDSA P-256 with SHA-256 (r and s, 64 bytes,
 * base64) over the UTF-8 bytes of `raw`, which is the JSON of {@link grantSheetContentSchema} and is never serialised again.
 */
export const grantSheetSchema = z.strictObject({ keyId: z.string(), raw: z.string(), signature: z.string() });
export type GrantSheet = z.infer<typeof grantSheetSchema>;

/** A sheet is good only for the till, the life and the request whose nonce it repeats: none can be played twice. */
export const grantSheetContentSchema = z.strictObject({
  tillId: tillIdSchema,
  life: z.int().min(1),
  nonce: z.string(),
  logId: z.uuid(),
  position: positionSchema,
  /** How long, from the moment the till sent its request, it may spend all its allotments. */
  spendMs: z.int().min(0),
  /** How long a hold inside an allotment stands, from its record. */
  holdMs: z.int().min(1),
  signedAt: instantSchema,
  /** Allotments of this life that changed on this page. */
  allotments: z.array(allotmentRowSchema),
});
export type GrantSheetContent = z.infer<typeof grantSheetContentSchema>;

/** The public half of the authority's key, as enrolment gives it: SubjectPublicKeyInfo (DER, base64). */
export const grantKeySchema = z.strictObject({ keyId: z.string(), publicKey: z.string() });
export type GrantKey = z.infer<typeof grantKeySchema>;
