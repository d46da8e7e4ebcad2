import { must } from '@gondola/shared/lib/assert.ts';
import { PUSH_MAX_BYTES } from '@gondola/shared/lib/limits.ts';
import type { Result } from '@gondola/shared/lib/result.ts';
import { enrolRequestSchema } from '@gondola/sync/protocol/enrol.ts';
import type { SyncError } from '@gondola/sync/protocol/error.ts';
import { upMessages } from '@gondola/sync/protocol/up.ts';
import { greet } from '@gondola/sync/server/greet.ts';
import type {
  CallingTill,
  CatalogueFeed,
  ContactBook,
  GrantSigner,
  InventoryFeed,
  JournalAuthority,
} from '@gondola/sync/server/ports.ts';
import { receivePush } from '@gondola/sync/server/receive-push.ts';
import { servePull } from '@gondola/sync/server/serve-pull.ts';
import compression from 'compression';
import { json, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { requireTill } from './auth.ts';
import type { EnrolFailure, Identities } from './ports.ts';
import { describeIssues, sendProblem, sendSyncProblem } from './problem-details.ts';

export interface SyncParts {
  readonly identities: Identities;
  readonly authority: JournalAuthority;
  readonly inventory: InventoryFeed;
  readonly signer: GrantSigner;
  readonly catalogue: CatalogueFeed;
  readonly contacts: ContactBook;
  readonly wallMs: () => number;
  readonly limitEnrolment: RequestHandler;
}

const ENROL_ADVICE: Record<EnrolFailure, string> = {
  'code-unknown':
    'This code is not known. Check each character; codes are made in the console or by the API.',
  'code-used': 'This code was used already: each enrols one till once. Make a new one in the console.',
  'code-expired': 'This code is too old. Make a new one in the console.',
  'till-revoked':
    'The till that this code was made for was withdrawn: make a code for a new till in the console.',
  'name-taken': 'The store has an active till of this name: choose another name. The code can still be used.',
};

/** `/sync/v1`: what tills say and hear. */
export function syncRoutes(parts: SyncParts): Router {
  const router = Router();
  router.use(json({ limit: PUSH_MAX_BYTES * 2, strict: true }));
  router.post('/enrol', parts.limitEnrolment, async (request, response) => {
    const parsed = enrolRequestSchema.safeParse(request.body);
    if (!parsed.success) {
      sendProblem(response, 'invalid-request', describeIssues(parsed.error));
      return;
    }
    const enrolled = await parts.identities.enrol(parsed.data);
    if (enrolled.ok) response.status(201).json(enrolled.value);
    else
      sendProblem(response, 'enrolment-code-refused', ENROL_ADVICE[enrolled.error], {
        reason: enrolled.error,
      });
  });
  router.use(requireTill(parts.identities));
  router.post(
    '/hello',
    answering(upMessages.hello, (till, body) => greet(parts, till, body)),
  );
  router.post(
    '/push',
    answering(upMessages.push, (till, body) => receivePush(parts, till, body)),
  );
  // Pages of a pull are long and shrink to a sixth; other answers are too short to be worth it.
  router.post(
    '/pull',
    compression(),
    answering(upMessages.pull, (till, body) => servePull(parts, till, body)),
  );
  return router;
}

function answering<Body, Answer>(
  schema: z.ZodType<Body>,
  handle: (till: CallingTill, body: Body) => Promise<Result<Answer, SyncError>>,
): RequestHandler {
  return async (request, response) => {
    const parsed = schema.safeParse(request.body);
    if (!parsed.success) {
      sendSyncProblem(response, { kind: 'malformed', message: describeIssues(parsed.error) });
      return;
    }
    const till = must(response.locals.till, 'requireTill stands before every route that answers tills');
    const answer = await handle(till, parsed.data);
    if (!answer.ok) {
      sendSyncProblem(response, answer.error);
      return;
    }
    // Not `json`: no cache sees these answers, and an ETag hashes each.
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.end(JSON.stringify(answer.value));
  };
}
