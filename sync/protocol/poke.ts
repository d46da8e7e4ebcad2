import { positionSchema } from '@gondola/shared/schemas/primitives.ts';
import { z } from 'zod';

/** "There is more": only a watermark per log, never data, so that there is one ordered path to test. */
export const pokeSchema = z.strictObject({
  inventory: positionSchema.nullable(),
  catalogue: positionSchema.nullable(),
});
export type Poke = z.infer<typeof pokeSchema>;

export const POKE_EVENT = 'poke';
export const SYNC_NAMESPACE = '/sync';
