import { must } from '@gondola/shared/lib/assert.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import {
  commitRequestSchema,
  releaseRequestSchema,
  reservationAnswerOf,
  reserveRequestSchema,
} from './api-schemas.ts';
import type { InventoryDesk } from './desk-ports.ts';
import { placeOf } from './places.ts';
import type { ApiAnswer, ApiCommand, StoreDirectory } from './ports.ts';
import { sendProblem } from './problem-details.ts';
import { bodyOf, callerOf, commandOf, sendRefusal, verdictOf } from './requests.ts';

const reservationPathSchema = z.uuid();

/** `/api/v1/inventory`: reserve, commit, release. */
export function inventoryRoutes(desk: InventoryDesk, directory: StoreDirectory): Router {
  const router = Router();
  router.post('/reserve', async (request, response) => {
    const command = programOf(request, response);
    const body = bodyOf(reserveRequestSchema, request, response);
    if (command === null || body === null) return;
    const { storeId, productSku: sku, quantity } = body;
    if ((await placeOf(directory, response, storeId, sku)) === null) return;
    const answer = await desk.reserve({ ...command, storeId, sku, quantity, raw: JSON.stringify(body) });
    await sendReservation(desk, response, answer, 201);
  });
  router.post('/commit', async (request, response) => {
    const command = programOf(request, response);
    const body = bodyOf(commitRequestSchema, request, response);
    if (command === null || body === null) return;
    const storeId = await storeOf(desk, response, body.reservationId);
    if (storeId === null) return;
    const answer = await desk.commit({ ...command, ...body, storeId, raw: JSON.stringify(body) });
    await sendReservation(desk, response, answer, 200);
  });
  router.post('/release', async (request, response) => {
    const command = programOf(request, response);
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
  return router;
}

/** Only a program may promise stock: a console session is a person who should use a till. */
function programOf(request: Request, response: Response): ApiCommand | null {
  if (callerOf(response).kind === 'api') return commandOf(request, response);
  sendProblem(response, 'forbidden', 'This needs an API key: a console session cannot reserve stock.');
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
  const verdict = verdictOf(response, answer);
  if (verdict === null) return;
  if (verdict.verdict === 'REJECTED') return sendRefusal(response, verdict);
  const id = must(verdict.reservationId, 'an accepted request names its reservation');
  const row = must(await desk.findReservation(id), 'an accepted request has its reservation');
  response.status(status).json(reservationAnswerOf(row));
}
