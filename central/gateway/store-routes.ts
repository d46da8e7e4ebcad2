import { Router } from 'express';
import { enrolmentCodeRequestSchema, tillsQuerySchema } from './api-schemas.ts';
import type { StoreDirectory } from './ports.ts';
import { describeIssues, sendProblem } from './problem-details.ts';
import { queryOf } from './requests.ts';

/** `/api/v1/stores`, `/tills`, `/enrolment-codes`. */
export function storeRoutes(directory: StoreDirectory): Router {
  const router = Router();
  router.get('/stores', async (_request, response) => {
    response.json({ stores: await directory.listStores() });
  });
  router.get('/tills', async (request, response) => {
    const query = queryOf(tillsQuerySchema, request, response);
    if (query !== null) response.json({ tills: await directory.listTills(query.storeId ?? null) });
  });
  router.post('/enrolment-codes', async (request, response) => {
    const body = enrolmentCodeRequestSchema.safeParse(request.body);
    if (!body.success) {
      sendProblem(response, 'invalid-request', describeIssues(body.error));
      return;
    }
    if (!(await directory.storeExists(body.data.storeId))) {
      sendProblem(
        response,
        'store-unknown',
        `There is no store ${body.data.storeId}; GET /api/v1/stores lists them.`,
      );
      return;
    }
    const made = await directory.createEnrolmentCode(body.data.storeId, body.data.tillId);
    if (made !== null) response.status(201).json(made);
    else
      sendProblem(
        response,
        'till-unknown',
        `The store has no active till ${body.data.tillId}; GET /api/v1/tills lists them.`,
      );
  });
  return router;
}
