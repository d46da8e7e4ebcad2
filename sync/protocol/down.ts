import { syncErrorSchema } from './error.ts';
import { helloResponseSchema } from './hello.ts';
import { pokeSchema } from './poke.ts';
import { pullResponseSchema } from './pull.ts';
import { pushResponseSchema } from './push.ts';

/** Every message to a till. */
export const downMessages = {
  hello: helloResponseSchema,
  push: pushResponseSchema,
  pull: pullResponseSchema,
  poke: pokeSchema,
  error: syncErrorSchema,
} as const;
