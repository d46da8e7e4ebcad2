import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { closeConflictRequestSchema, conflictsQuerySchema } from './conflict-schemas.ts';
import type { ConflictDesk } from './desk-ports.ts';
import { sendProblem } from './problem-details.ts';
import {
  agedValueOf,
  bodyOf,
  callerOf,
  commandOf,
  expectedOf,
  freshnessOf,
  queryOf,
  READ_AGE_DEFAULT_MAX_MS,
  sendReusedKey,
} from './requests.ts';

const CONFLICTS_LIMIT_DEFAULT = 100;

/** `/api/v1/conflicts`: what contradicted a promise or the book, until a person closes it. */
export function conflictRoutes(desk: ConflictDesk): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = queryOf(conflictsQuerySchema, request, response);
    if (query === null) return;
    const { storeId = null, state = null, limit = CONFLICTS_LIMIT_DEFAULT } = query;
    const freshness = freshnessOf(request, READ_AGE_DEFAULT_MAX_MS);
    const listed = await desk.listConflicts({ storeId, state, limit }, freshness);
    response.json({ conflicts: agedValueOf(response, listed) });
  });
  router.get('/:conflictId', async (request, response) => {
    const conflictId = idOf(request, response);
    if (conflictId === null) return;
    const read = await desk.conflictReport(conflictId, freshnessOf(request, READ_AGE_DEFAULT_MAX_MS));
    const report = agedValueOf(response, read);
    if (report === null) return sendUnknown(response);
    // Nobody closes a conflict on an old look: what may be old names no state to close on.
    if (read.ageMs === null) response.set('ETag', `"${report.conflict.position}"`);
    response.json(report);
  });
  router.post('/:conflictId/close', async (request, response) => {
    const command = commandOf(request, response);
    const body = command === null ? null : bodyOf(closeConflictRequestSchema, request, response);
    const conflictId = body === null ? null : idOf(request, response);
    if (command === null || body === null || conflictId === null) return;
    const expectedPosition = expectedOf(body.expectedPosition, request, response);
    if (expectedPosition === null) return;
    if (expectedPosition === undefined) {
      const detail = 'Send expectedPosition, or If-Match with the ETag of the conflict that you looked at.';
      return sendProblem(response, 'precondition-missing', detail);
    }
    const { act, closingReason, transferId = null } = body;
    const closed = await desk.closeConflict({
      ...{ conflictId, act, closingReason, transferId, expectedPosition },
      closedBy: callerOf(response).name,
      ...{ caller: command.apiKeyId, idempotencyKey: command.idempotencyKey },
      raw: `close ${JSON.stringify({ conflictId, ...body, expectedPosition })}`,
    });
    if (closed.ok) {
      if (closed.value.kind === 'reused-key') return sendReusedKey(response);
      if (closed.value.repeated) response.set('Idempotency-Replayed', 'true');
      const { answer } = closed.value;
      response.set('ETag', `"${answer.position}"`).json(answer);
      return;
    }
    const problem = closed.error;
    if (problem.kind === 'unknown') return sendUnknown(response);
    const { current } = problem;
    if (problem.kind === 'pending') {
      const detail = 'Tills of the store are being asked for units back: it opens or closes by itself.';
      return sendProblem(response, 'conflict-pending', detail, { current });
    }
    sendProblem(response, 'stale', 'Somebody changed this conflict: look again.', { current });
  });
  return router;
}

function idOf(request: Request, response: Response): string | null {
  const id = z.uuid().safeParse(request.params['conflictId']);
  if (id.success) return id.data;
  sendProblem(response, 'invalid-request', 'The conflict’s id is not a UUID.');
  return null;
}

function sendUnknown(response: Response): void {
  sendProblem(response, 'conflict-unknown', 'No conflict has this id.');
}
