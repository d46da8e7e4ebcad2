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
    response.status(201).json(await directory.createEnrolmentCode(body.data.storeId));
  });
  return router;
}
