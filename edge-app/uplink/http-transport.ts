import { REQUEST_TIMEOUT_MS } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { SyncAnswer, Transport } from '@gondola/sync/client/ports.ts';
import { type SyncError, type SyncErrorKind, syncErrorSchema } from '@gondola/sync/protocol/error.ts';
import { helloResponseSchema } from '@gondola/sync/protocol/hello.ts';
import { pullResponseSchema } from '@gondola/sync/protocol/pull.ts';
import { pushResponseSchema } from '@gondola/sync/protocol/push.ts';
import { z } from 'zod';

export interface HttpOptions {
  /** Origin of the centre without a slash at the end; '' for the page's own. */
  readonly baseUrl: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly timeoutMs?: number;
}

export interface HttpTransportOptions extends HttpOptions {
  readonly token: string;
}

/** An RFC 9457 problem; `sync` says in the protocol's own closed list what happened. */
const problemSchema = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  sync: syncErrorSchema.optional(),
});

const UNREACHABLE: SyncError = { kind: 'unreachable', message: 'The centre does not answer.' };

/** The sync protocol over HTTP. Every answer is checked; every failure is a value of the closed list. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const call = <Value>(path: string, request: unknown, schema: z.ZodType<Value>): SyncAnswer<Value> =>
    postJson(options, `/sync/v1/${path}`, request, schema, { token: options.token, refusal: readProblem });
  return {
    hello: (request) => call('hello', request, helloResponseSchema),
    push: (request) => call('push', request, pushResponseSchema),
    pull: (request) => call('pull', request, pullResponseSchema),
  };
}

interface PostRules<Refusal> {
  /** Sent where there is one. */
  readonly token: string | null;
  /** What an answer means that is not a success. */
  refusal(response: Response, body: unknown): Refusal;
}

/** Posts JSON and reads the answer by its schema. */
export async function postJson<Value, Refusal>(
  options: HttpOptions,
  path: string,
  request: unknown,
  schema: z.ZodType<Value>,
  { token, refusal }: PostRules<Refusal>,
): Promise<Result<Value, SyncError | Refusal>> {
  const send = options.fetch ?? globalThis.fetch;
  let response: Response;
  let body: unknown;
  try {
    response = await send(`${options.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, application/problem+json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(options.timeoutMs ?? REQUEST_TIMEOUT_MS),
    });
    body = await response.json();
  } catch {
    // No network, a time-out, a cut in the middle, or a page of a captive portal: for a till all the same.
    return failure(UNREACHABLE);
  }
  if (!response.ok) return failure(refusal(response, body));
  const parsed = schema.safeParse(body);
  if (parsed.success) return success(parsed.data);
  return failure({
    kind: 'malformed',
    message: 'The centre answered something that this till cannot read. Update the till.',
  });
}

function readProblem(response: Response, body: unknown): SyncError {
  const problem = problemSchema.safeParse(body);
  if (problem.success && problem.data.sync !== undefined) return problem.data.sync;
  const kind = kindOf(response.status);
  const message =
    (problem.success ? (problem.data.detail ?? problem.data.title) : undefined) ?? UNREACHABLE.message;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? { kind, message, retryAfterMs: Math.round(seconds * 1_000) }
    : { kind, message };
}

/** An answer that does not say it in the protocol's words comes from something in between. */
function kindOf(status: number): SyncErrorKind {
  if (status === 401 || status === 403) return 'unauthenticated';
  if (status === 413) return 'too-large';
  if (status === 429 || status === 503) return 'busy';
  if (status === 400 || status === 422) return 'malformed';
  return status >= 500 && status !== 502 && status !== 504 ? 'internal' : 'unreachable';
}
