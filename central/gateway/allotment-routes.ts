import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { type Response, Router } from 'express';
import type { AllotmentDesk, ClosingDesk, StoreAllotment } from './desk-ports.ts';
import { sendProblem } from './problem-details.ts';
import {
  agedValueOf,
  bodyOf,
  callerOf,
  commandOf,
  freshnessOf,
  queryOf,
  READ_AGE_DEFAULT_MAX_MS,
  sendBusy,
  sendReusedKey,
  sendUnknownOutcome,
} from './requests.ts';
import { allotmentsQuerySchema, closeAllotmentsRequestSchema, forceRequestSchema } from './stock-schemas.ts';

const ALLOTMENTS_LIMIT_DEFAULT = 100;

/** `/api/v1/allotments`: what each till holds, asking for it back, and the act of two people who take it from a silent till. */
export function allotmentRoutes(desk: AllotmentDesk & ClosingDesk): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = queryOf(allotmentsQuerySchema, request, response);
    if (query === null) return;
    const { storeId = null, sku = null, tillId = null, limit = ALLOTMENTS_LIMIT_DEFAULT } = query;
    const freshness = freshnessOf(request, READ_AGE_DEFAULT_MAX_MS);
    const listed = await desk.listAllotments({ storeId, sku, tillId, limit }, freshness);
    response.json({ allotments: agedValueOf(response, listed).map(allotmentAnswer) });
  });
  forcePart(router, desk);
  router.post('/close', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(closeAllotmentsRequestSchema, request, response);
    if (command === null || body === null) return;
    const { storeId, tillId = null, productSku: sku = null, reason } = body;
    const closed = await desk.closeAllotments({
      ...{ storeId, tillId, sku, reason, closedBy: callerOf(response).name },
      ...{ caller: command.apiKeyId, idempotencyKey: command.idempotencyKey },
      raw: `close allotments ${JSON.stringify(body)}`,
    });
    if (!closed.ok) return closed.error.kind === 'busy' ? sendBusy(response) : sendUnknownOutcome(response);
    if (closed.value.kind === 'reused-key') return sendReusedKey(response);
    if (closed.value.repeated) response.set('Idempotency-Replayed', 'true');
    response.json(closed.value.answer);
  });
  return router;
}

function forcePart(router: Router, desk: AllotmentDesk): void {
  router.post('/force', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(forceRequestSchema, request, response);
    if (command === null || body === null) return;
    const { name } = callerOf(response);
    const { productSku: sku, forcedBy, ...rest } = body;
    const forced = await desk.forceAllotment({
      ...{ ...rest, sku, forcedBy: forcedBy === undefined ? name : forcedBy },
      ...{ caller: command.apiKeyId, idempotencyKey: command.idempotencyKey },
      raw: `force ${JSON.stringify(body)}`,
    });
    if (!forced.ok) return sendForceProblem(response, forced.error);
    if (forced.value.kind === 'reused-key') return sendReusedKey(response);
    const { allotment, exposureUnits } = forced.value.answer;
    if (forced.value.repeated) response.set('Idempotency-Replayed', 'true');
    response.json({ allotment: allotmentAnswer(allotment), exposureUnits });
  });
}

type ForceProblem = Extract<Awaited<ReturnType<AllotmentDesk['forceAllotment']>>, { ok: false }>['error'];

function sendForceProblem(response: Response, problem: ForceProblem): void {
  switch (problem.kind) {
    case 'busy':
      sendBusy(response);
      break;
    case 'failed':
      sendUnknownOutcome(response);
      break;
    case 'same-person':
      sendProblem(
        response,
        'invalid-request',
        'approvedBy: a second person must approve, not the one who asks.',
      );
      break;
    case 'unknown':
      sendProblem(response, 'allotment-unknown', 'That life of that till holds nothing of this pool.');
      break;
    case 'stale':
      sendProblem(response, 'stale', 'The allotment has moved since: look again and decide anew.', {
        current: allotmentAnswer(problem.current),
      });
      break;
    case 'over':
      sendProblem(response, 'allotment-ended', 'It was settled or forced before: nothing is left.', {
        current: allotmentAnswer(problem.current),
      });
      break;
  }
}

function allotmentAnswer(allotment: StoreAllotment) {
  return { ...allotment, unspent: unspentOf(allotment) };
}
