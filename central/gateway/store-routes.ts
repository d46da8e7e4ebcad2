import { must } from '@gondola/shared/lib/assert.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import {
  closeConflictRequestSchema,
  conflictsQuerySchema,
  enrolmentCodeRequestSchema,
  tillsQuerySchema,
} from './api-schemas.ts';
import type { InventoryDesk, StoreDirectory } from './ports.ts';
import { describeIssues, sendProblem } from './problem-details.ts';

const CONFLICTS_LIMIT_DEFAULT = 100;

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

/** `/api/v1/conflicts`: what contradicted a promise or the book, until a person closes it. */
export function conflictRoutes(desk: InventoryDesk): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = queryOf(conflictsQuerySchema, request, response);
    if (query === null) return;
    const conflicts = await desk.listConflicts({
      storeId: query.storeId ?? null,
      state: query.state ?? null,
      limit: query.limit ?? CONFLICTS_LIMIT_DEFAULT,
    });
    response.json({ conflicts });
  });
  router.post('/:conflictId/close', async (request, response) => {
    const id = z.uuid().safeParse(request.params.conflictId);
    const body = closeConflictRequestSchema.safeParse(request.body);
    if (!id.success || !body.success) {
      sendProblem(
        response,
        'invalid-request',
        body.success ? 'The conflict’s id is not a UUID.' : describeIssues(body.error),
      );
      return;
    }
    const caller = must(response.locals.caller, 'requireCaller stands before every route of the API');
    const closed = await desk.closeConflict({
      conflictId: id.data,
      closedBy: caller.name,
      closingReason: body.data.closingReason,
      expectedPosition: body.data.expectedPosition ?? null,
    });
    if (closed.ok) response.json(closed.value);
    else if (closed.error.kind === 'unknown')
      sendProblem(response, 'conflict-unknown', 'No conflict has this id.');
    else
      sendProblem(response, 'stale', 'Somebody changed this conflict: look again.', {
        current: closed.error.current,
      });
  });
  return router;
}

function queryOf<Query>(schema: z.ZodType<Query>, request: Request, response: Response): Query | null {
  const parsed = schema.safeParse(request.query);
  if (parsed.success) return parsed.data;
  sendProblem(response, 'invalid-request', describeIssues(parsed.error));
  return null;
}
