import type { SyncError, SyncErrorKind } from '@gondola/sync/protocol/error.ts';
import type { Response } from 'express';
import { z } from 'zod';

/** RFC 9457. The only home of HTTP status codes for outcomes; the list is closed. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'idempotency-key-missing': { status: 400, title: 'An Idempotency-Key header is needed' },
  unauthenticated: { status: 401, title: 'Who are you?' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'store-unknown': { status: 404, title: 'There is no such store' },
  'till-unknown': { status: 404, title: 'There is no such till' },
  'product-unknown': { status: 404, title: 'There is no such product' },
  'reservation-unknown': { status: 404, title: 'There is no such reservation' },
  'transfer-unknown': { status: 404, title: 'There is no such transfer' },
  'allotment-unknown': { status: 404, title: 'There is no such allotment' },
  'conflict-unknown': { status: 404, title: 'There is no such conflict' },
  'method-not-allowed': { status: 405, title: 'Not by this method' },
  'insufficient-stock': { status: 409, title: 'Not enough free units' },
  'reservation-ended': { status: 409, title: 'The reservation has ended' },
  'transfer-ended': { status: 409, title: 'The transfer has moved on' },
  'enrolment-code-refused': { status: 409, title: 'The enrolment code cannot be used' },
  'sync-refused': { status: 409, title: 'The journal cannot be taken' },
  'conflict-pending': { status: 409, title: 'Other tills are being asked' },
  'allotment-ended': { status: 409, title: 'The allotment has ended' },
  stale: { status: 412, title: 'It has changed since you looked' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'JSON is needed' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'version-unsupported': { status: 426, title: 'Update needed' },
  'precondition-missing': { status: 428, title: 'Say what you have seen' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke on our side' },
  busy: { status: 503, title: 'Busy: come back in a moment' },
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

export const problemSchema = z
  .looseObject({
    type: z.string().meta({
      description: 'about:blank#<kind>; kinds are a closed list',
      examples: ['urn:gondola:problem:stale'],
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened and what to do, for a person' }),
  })
  .meta({ id: 'Problem' });

/** Answers with a problem. `detail` says what happened, what is safe and what to do. */
export function sendProblem(
  response: Response,
  kind: ProblemKind,
  detail: string,
  members: object = {},
): void {
  const { status, title } = PROBLEMS[kind];
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:gondola:problem:${kind}`, title, status, detail, ...members }));
}

const SYNC_PROBLEMS: Record<SyncErrorKind, ProblemKind> = {
  unreachable: 'busy',
  unauthenticated: 'unauthenticated',
  'version-unsupported': 'version-unsupported',
  'life-forked': 'sync-refused',
  'sequence-gap': 'sync-refused',
  'operation-id-reuse': 'sync-refused',
  'grants-forged': 'sync-refused',
  malformed: 'invalid-request',
  'too-large': 'too-large',
  busy: 'busy',
  internal: 'internal',
};

/** Answers a till: a problem whose member `sync` the till's engine acts on. */
export function sendSyncProblem(response: Response, error: SyncError): void {
  if (error.retryAfterMs !== undefined)
    response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
  sendProblem(response, SYNC_PROBLEMS[error.kind], error.message, { sync: error });
}

/** The first few mistakes of a body in one sentence, each with its place. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  const rest = error.issues.length - shown.length;
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '');
}
