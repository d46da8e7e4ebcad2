import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { Router } from 'express';
import type { AllotmentDesk, StoreAllotment } from './desk-ports.ts';
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
import { allotmentsQuerySchema, forceRequestSchema } from './stock-schemas.ts';

const ALLOTMENTS_LIMIT_DEFAULT = 100;

/** `/api/v1/allotments`: what each till holds, and the act of two people who take it back from a silent one. */
export function allotmentRoutes(desk: AllotmentDesk): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = queryOf(allotmentsQuerySchema, request, response);
    if (query === null) return;
    const { storeId = null, sku = null, tillId = null, limit = ALLOTMENTS_LIMIT_DEFAULT } = query;
    const freshness = freshnessOf(request, READ_AGE_DEFAULT_MAX_MS);
    const listed = await desk.listAllotments({ storeId, sku, tillId, limit }, freshness);
    response.json({ allotments: agedValueOf(response, listed).map(allotmentAnswer) });
  });
  router.post('/force', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(forceRequestSchema, request, response);
    if (command === null || body === null) return;
    const { name } = callerOf(response);
    if (isSamePerson(body.approvedBy, name)) {
      const detail = `approvedBy: a second person must approve, and ${name} is the one who asks.`;
      return sendProblem(response, 'invalid-request', detail);
    }
    const { productSku: sku, ...rest } = body;
    const forced = await desk.forceAllotment({
      ...{ ...rest, sku, forcedBy: name },
      ...{ caller: command.apiKeyId, idempotencyKey: command.idempotencyKey },
      raw: `force ${JSON.stringify(body)}`,
    });
    if (forced.ok) {
      if (forced.value.kind === 'reused-key') return sendReusedKey(response);
      const { allotment, exposureUnits } = forced.value.answer;
      if (forced.value.repeated) response.set('Idempotency-Replayed', 'true');
      response.json({ allotment: allotmentAnswer(allotment), exposureUnits });
      return;
    }
    const problem = forced.error;
    switch (problem.kind) {
      case 'busy':
        return sendBusy(response);
      case 'failed':
        return sendUnknownOutcome(response);
      case 'unknown':
        return sendProblem(
          response,
          'allotment-unknown',
          'That life of that till holds nothing of this pool.',
        );
      case 'stale':
        return sendProblem(response, 'stale', 'The allotment has moved since: look again and decide anew.', {
          current: allotmentAnswer(problem.current),
        });
      case 'over':
        return sendProblem(response, 'allotment-ended', 'It was settled or forced before: nothing is left.', {
          current: allotmentAnswer(problem.current),
        });
    }
  });
  return router;
}

function isSamePerson(left: string, right: string): boolean {
  return left.trim().toLocaleLowerCase() === right.trim().toLocaleLowerCase();
}

function allotmentAnswer(allotment: StoreAllotment) {
  return { ...allotment, unspent: unspentOf(allotment) };
}
