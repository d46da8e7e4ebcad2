import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { idempotencyKeySchema } from './api-schemas.ts';
import { problemSchema } from './problem-details.ts';

/** Building blocks of the API's description. */

/** What every refusal looks like. */
export const problem = {
  description: 'Refused',
  content: { 'application/problem+json': { schema: problemSchema } },
};
const jsonOf = (schema: z.ZodType) => ({ 'application/json': { schema } });
/** The header that every write of the API carries. */
export const idempotent = z.object({
  'Idempotency-Key': idempotencyKeySchema.meta({
    description: 'Made once per intent and kept for every retry',
  }),
});

export interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
}

/** A route that reads. */
export function read(
  described: Described,
  schema: z.ZodType,
  requestParams: ZodOpenApiOperationObject['requestParams'] = {},
): ZodOpenApiOperationObject {
  const { tag, ...rest } = described;
  return {
    ...rest,
    tags: [tag],
    requestParams,
    responses: { '200': { description: described.summary, content: jsonOf(schema) }, '4XX': problem },
  };
}

/** A route that changes something. */
export function write(
  described: Described,
  body: z.ZodType,
  schema: z.ZodType,
  status: '200' | '201',
  requestParams: ZodOpenApiOperationObject['requestParams'] = {},
): ZodOpenApiOperationObject {
  const { tag, ...rest } = described;
  return {
    ...rest,
    tags: [tag],
    requestParams,
    requestBody: { required: true, content: jsonOf(body) },
    responses: { [status]: { description: described.summary, content: jsonOf(schema) }, '4XX': problem },
  };
}

/** The same with If-Match, for what may have moved since it was seen. */
export const idempotentIfMatch = idempotent.extend({
  'If-Match': z.string().optional().meta({ description: 'The ETag that the read answered' }),
});

/** Of reads that may be a little old, where there is a read replica. */
export const mayBeOld = z.object({
  'Cache-Control': z.string().optional().meta({
    description:
      'max-age=<seconds>: an answer this old will do; no-cache: as it stands now. The answer’s Age says how old it is at most',
  }),
  'Seen-Position': z.string().optional().meta({
    description:
      'A position of the log that the answer must not be behind: the highest one that you have seen',
  }),
});
