import { onHand } from '@gondola/shared/domain/pool.ts';
import type { RefusalReason } from '@gondola/shared/domain/refusal.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { skuSchema, storeIdSchema } from '@gondola/shared/schemas/primitives.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import {
  commitRequestSchema,
  idempotencyKeySchema,
  releaseRequestSchema,
  reservationAnswerOf,
  reserveRequestSchema,
} from './api-schemas.ts';
import type { ApiAnswer, ApiCommand, InventoryDesk, StoreDirectory } from './ports.ts';
import { describeIssues, type ProblemKind, sendProblem } from './problem-details.ts';

const reservationPathSchema = z.uuid();

const REFUSALS: Record<RefusalReason, { readonly problem: ProblemKind; readonly detail: string }> = {
  'reservation-unknown': { problem: 'reservation-unknown', detail: 'No reservation has this id.' },
  'reservation-of-another-store': {
    problem: 'reservation-unknown',
    detail: 'No reservation of this store has this id.',
  },
  'reservation-id-taken': { problem: 'idempotency-key-reused', detail: 'This reservation exists already.' },
  'reservation-already-committed': {
    problem: 'reservation-ended',
    detail: 'The reservation was committed before.',
  },
  'reservation-already-released': {
    problem: 'reservation-ended',
    detail: 'The reservation was released: reserve again.',
  },
  'reservation-expired': {
    problem: 'reservation-ended',
    detail: 'The reservation expired and its units are free again: reserve again.',
  },
  'reservation-of-another-till': {
    problem: 'reservation-ended',
    detail: 'The units stand in a till’s own allotment: only that till can end this reservation.',
  },
  'commit-exceeds-reservation': {
    problem: 'insufficient-stock',
    detail: 'The reservation holds fewer units: commit at most what it holds.',
  },
  'stale-version': {
    problem: 'stale',
    detail: 'The pool has changed since that version: read it again and decide anew.',
  },
  'transfer-id-taken': { problem: 'idempotency-key-reused', detail: 'This transfer exists already.' },
  'transfer-to-same-store': { problem: 'invalid-request', detail: 'A store cannot send goods to itself.' },
  'transfer-unknown': { problem: 'transfer-unknown', detail: 'No transfer has this id.' },
  'transfer-of-another-store': {
    problem: 'transfer-unknown',
    detail: 'No transfer of this store has this id.',
  },
  'transfer-already-dispatched': {
    problem: 'transfer-ended',
    detail: 'The goods have left: receive them, at either store, instead of cancelling.',
  },
  'transfer-already-ended': { problem: 'transfer-ended', detail: 'The transfer has ended.' },
  'pool-in-deficit': {
    problem: 'insufficient-stock',
    detail: 'More units have left this store than its book had: it must be counted before it can promise.',
  },
  'insufficient-free': {
    problem: 'insufficient-stock',
    detail: 'The store has fewer free units than asked for.',
  },
};

/** `/api/v1/inventory`: reserve, commit, release, and what stands where. */
export function inventoryRoutes(desk: InventoryDesk, directory: StoreDirectory): Router {
  const router = Router();
  router.post('/reserve', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(reserveRequestSchema, request, response);
    if (command === null || body === null) return;
    const { storeId, productSku: sku, quantity } = body;
    if (!(await directory.storeExists(storeId))) {
      sendProblem(response, 'store-unknown', `There is no store ${storeId}; GET /api/v1/stores lists them.`);
      return;
    }
    if (!(await directory.productExists(sku))) {
      sendProblem(response, 'product-unknown', `There is no product ${sku} in the catalogue.`);
      return;
    }
    const answer = await desk.reserve({ ...command, storeId, sku, quantity, raw: JSON.stringify(body) });
    await sendReservation(desk, response, answer, 201);
  });
  router.post('/commit', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(commitRequestSchema, request, response);
    if (command === null || body === null) return;
    const storeId = await storeOf(desk, response, body.reservationId);
    if (storeId === null) return;
    const answer = await desk.commit({ ...command, ...body, storeId, raw: JSON.stringify(body) });
    await sendReservation(desk, response, answer, 200);
  });
  router.post('/release', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(releaseRequestSchema, request, response);
    if (command === null || body === null) return;
    const storeId = await storeOf(desk, response, body.reservationId);
    if (storeId === null) return;
    const answer = await desk.release({ ...command, ...body, storeId, raw: JSON.stringify(body) });
    await sendReservation(desk, response, answer, 200);
  });
  router.get('/reservations/:reservationId', async (request, response) => {
    const id = reservationPathSchema.safeParse(request.params.reservationId);
    const row = id.success ? await desk.findReservation(id.data) : undefined;
    if (row === undefined) sendProblem(response, 'reservation-unknown', 'No reservation has this id.');
    else response.json(reservationAnswerOf(row));
  });
  router.get('/:storeId/:sku', async (request, response) => {
    const storeId = storeIdSchema.safeParse(request.params.storeId);
    const sku = skuSchema.safeParse(request.params.sku);
    if (!storeId.success || !(await directory.storeExists(storeId.data))) {
      sendProblem(
        response,
        'store-unknown',
        `There is no store ${request.params.storeId}; GET /api/v1/stores lists them.`,
      );
      return;
    }
    if (!sku.success || !(await directory.productExists(sku.data))) {
      sendProblem(response, 'product-unknown', `There is no product ${request.params.sku} in the catalogue.`);
      return;
    }
    const pool = await desk.findPool(storeId.data, sku.data);
    response.json({ storeId: storeId.data, ...pool, onHand: onHand(pool) });
  });
  return router;
}

function commandOf(request: Request, response: Response): ApiCommand | null {
  const { caller } = response.locals;
  if (caller?.kind !== 'api') {
    sendProblem(response, 'forbidden', 'This needs an API key: a console session cannot reserve stock.');
    return null;
  }
  const key = idempotencyKeySchema.safeParse(request.headers['idempotency-key']);
  if (!key.success) {
    sendProblem(
      response,
      'idempotency-key-missing',
      `Send an Idempotency-Key header (${describeIssues(key.error)}), made once per intent and kept for every retry.`,
    );
    return null;
  }
  return { apiKeyId: caller.apiKeyId, idempotencyKey: key.data };
}

function bodyOf<Body>(schema: z.ZodType<Body>, request: Request, response: Response): Body | null {
  if (response.headersSent) return null;
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  sendProblem(response, 'invalid-request', describeIssues(parsed.error));
  return null;
}

async function storeOf(
  desk: InventoryDesk,
  response: Response,
  reservationId: string,
): Promise<string | null> {
  const row = await desk.findReservation(reservationId);
  if (row !== undefined) return row.storeId;
  sendProblem(response, 'reservation-unknown', `There is no reservation ${reservationId}.`);
  return null;
}

async function sendReservation(
  desk: InventoryDesk,
  response: Response,
  answer: ApiAnswer,
  status: number,
): Promise<void> {
  switch (answer.kind) {
    case 'busy':
      response.set('Retry-After', '1');
      sendProblem(
        response,
        'busy',
        'Too many operations wait. Nothing was done; try again with the same Idempotency-Key.',
      );
      return;
    case 'failed':
      sendProblem(
        response,
        'internal',
        'It is not known whether this was done. Try again with the same Idempotency-Key.',
      );
      return;
    case 'reused-key':
      sendProblem(
        response,
        'idempotency-key-reused',
        'This key was used with another body. Use a new key for a new intent.',
      );
      return;
    case 'decided': {
      const { verdict, repeated } = answer;
      if (repeated) response.set('Idempotency-Replayed', 'true');
      if (verdict.verdict === 'REJECTED') {
        const { problem, detail } = REFUSALS[verdict.reason as RefusalReason];
        sendProblem(response, problem, detail, {
          reason: verdict.reason,
          operationId: verdict.operationId,
          position: verdict.position,
        });
        return;
      }
      const id = must(verdict.reservationId, 'an accepted request names its reservation');
      const row = must(await desk.findReservation(id), 'an accepted request has its reservation');
      response.status(status).json(reservationAnswerOf(row));
    }
  }
}
