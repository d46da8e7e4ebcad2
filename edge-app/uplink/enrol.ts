import { failure, type Result } from '@gondola/shared/lib/result.ts';
import { type EnrolRequest, type EnrolResponse, enrolResponseSchema } from '@gondola/sync/protocol/enrol.ts';
import { z } from 'zod';
import { type HttpOptions, postJson } from './http-transport.ts';

/** Why a till was not enrolled. After `name-taken` the same code can be used again. */
export type EnrolProblem = 'unreachable' | 'busy' | 'name-taken' | 'refused';

const refusalSchema = z.looseObject({ reason: z.string() });

/** Exchanges the single-use code for the till's identity and token. The only request without a token. */
export async function enrol(
  options: HttpOptions,
  request: EnrolRequest,
): Promise<Result<EnrolResponse, EnrolProblem>> {
  const answer = await postJson(options, '/sync/v1/enrol', request, enrolResponseSchema, {
    token: null,
    refusal: readRefusal,
  });
  if (answer.ok) return answer;
  if (typeof answer.error === 'string') return failure(answer.error);
  return failure(answer.error.kind === 'unreachable' ? 'unreachable' : 'refused');
}

function readRefusal({ status }: Response, body: unknown): EnrolProblem {
  if (status === 429 || status === 503) return 'busy';
  if (status >= 500) return 'unreachable';
  const refusal = refusalSchema.safeParse(body);
  return refusal.success && refusal.data.reason === 'name-taken' ? 'name-taken' : 'refused';
}
