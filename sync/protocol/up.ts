import { helloRequestSchema } from './hello.ts';
import { pullRequestSchema } from './pull.ts';
import { pushRequestSchema } from './push.ts';

/** Every message to the centre, by its path below /sync/v1. */
export const upMessages = {
  hello: helloRequestSchema,
  push: pushRequestSchema,
  pull: pullRequestSchema,
} as const;
