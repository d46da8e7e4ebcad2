import { must } from '@gondola/shared/lib/assert.ts';
import type { VerdictRow } from '@gondola/shared/schemas/rows.ts';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { idempotencyKeySchema } from './api-schemas.ts';
import type { Aged, Freshness } from './desk-ports.ts';
import type { ApiAnswer, ApiCommand } from './ports.ts';
import { describeIssues, sendProblem } from './problem-details.ts';
import { REFUSALS } from './refusals.ts';

/** What every route does with a request; null says that the answer is sent. */

/** The body by its schema. */
export function bodyOf<Body>(schema: z.ZodType<Body>, request: Request, response: Response): Body | null {
  if (response.headersSent) return null;
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  sendProblem(response, 'invalid-request', describeIssues(parsed.error));
  return null;
}

/** The query by its schema. */
export function queryOf<Query>(schema: z.ZodType<Query>, request: Request, response: Response): Query | null {
  const parsed = schema.safeParse(request.query);
  if (parsed.success) return parsed.data;
  sendProblem(response, 'invalid-request', describeIssues(parsed.error));
  return null;
}

/** Staff of the console act under this name in operation ids. */
const CONSOLE_CALLER = 'console';

/** Who sent the request and its Idempotency-Key, which every write carries. */
export function commandOf(request: Request, response: Response): ApiCommand | null {
  const caller = callerOf(response);
  const key = idempotencyKeySchema.safeParse(request.headers['idempotency-key']);
  if (!key.success) {
    sendProblem(
      response,
      'idempotency-key-missing',
      `Send an Idempotency-Key header (${describeIssues(key.error)}), made once per intent and kept for every retry.`,
    );
    return null;
  }
  return {
    apiKeyId: caller.kind === 'api' ? caller.apiKeyId : CONSOLE_CALLER,
    idempotencyKey: key.data,
  };
}

export function callerOf(response: Response) {
  return must(response.locals.caller, 'requireCaller stands before every route of the API');
}

/** What the caller has seen: a member of the body, or the number in If-Match. undefined when neither says; null: answered. */
export function expectedOf(
  inBody: number | undefined,
  request: Request,
  response: Response,
): number | undefined | null {
  const header = request.headers['if-match'];
  if (header === undefined) return inBody;
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim());
  const seen = match === null ? null : Number(match[1]);
  if (seen === null || (inBody !== undefined && inBody !== seen)) {
    sendProblem(
      response,
      'invalid-request',
      'If-Match takes the ETag that the read answered, such as "42", and must say the same as the body.',
    );
    return null;
  }
  return seen;
}

/** Sends what went wrong; the verdict when nothing did. */
export function verdictOf(response: Response, answer: ApiAnswer): VerdictRow | null {
  switch (answer.kind) {
    case 'busy':
      sendBusy(response);
      return null;
    case 'failed':
      sendUnknownOutcome(response);
      return null;
    case 'reused-key':
      sendReusedKey(response);
      return null;
    case 'decided':
      if (answer.repeated) response.set('Idempotency-Replayed', 'true');
      return answer.verdict;
  }
}

/** The problem of a refused verdict, with members that help to act on it. */
export function sendRefusal(response: Response, verdict: VerdictRow, members: object = {}): void {
  const { problem, detail } = REFUSALS[verdict.reason as keyof typeof REFUSALS];
  const { reason, operationId, position } = verdict;
  sendProblem(response, problem, detail, { reason, operationId, position, ...members });
}

export function sendBusy(response: Response): void {
  response.set('Retry-After', '1');
  sendProblem(
    response,
    'busy',
    'Too many operations wait. Nothing was done; try again with the same Idempotency-Key.',
  );
}

export function sendUnknownOutcome(response: Response): void {
  sendProblem(
    response,
    'internal',
    'It is not known whether this was done. Try again with the same Idempotency-Key.',
  );
}

export function sendReusedKey(response: Response): void {
  sendProblem(
    response,
    'idempotency-key-reused',
    'This key was used with another body. Use a new key for a new intent.',
  );
}

/** An answer that nobody said anything about may be this old, where reads may be old at all. */
export const READ_AGE_DEFAULT_MAX_MS = 30_000;

/**
 * How old the answer may be, by the request's Cache-Control (`no-cache`, `max-age=<seconds>`), and which position of the log
 * it must hold, by Seen-Position. A header that says nothing sensible asks for the answer as it stands now.
 */
export function freshnessOf(request: Request, ageDefaultMaxMs: number): Freshness {
  const control = request.headers['cache-control'];
  const seen = request.headers['seen-position'];
  const age = control === undefined ? null : /^max-age=(\d{1,6})$/.exec(control.trim().toLowerCase());
  const ageMaxMs = control === undefined ? ageDefaultMaxMs : Number(age?.[1] ?? 0) * 1000;
  const isReadable = seen === undefined || (typeof seen === 'string' && /^\d{1,15}$/.test(seen));
  return isReadable ? { ageMaxMs, seenPosition: Number(seen ?? 0) } : { ageMaxMs: 0, seenPosition: 0 };
}

/** Says how old the answer is at most, in whole seconds; nothing of one that is as it stands. */
export function agedValueOf<Value>(response: Response, { value, ageMs }: Aged<Value>): Value {
  if (ageMs !== null) response.set('Age', String(Math.ceil(ageMs / 1000)));
  return value;
}
