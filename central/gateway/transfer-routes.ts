import { must } from '@gondola/shared/lib/assert.ts';
import type { TransferRow } from '@gondola/shared/schemas/rows.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { DeskLine, TransferDesk } from './desk-ports.ts';
import { storeOf } from './places.ts';
import type { ApiAnswer, StoreDirectory } from './ports.ts';
import { sendProblem } from './problem-details.ts';
import {
  agedValueOf,
  bodyOf,
  commandOf,
  freshnessOf,
  queryOf,
  READ_AGE_DEFAULT_MAX_MS,
  sendRefusal,
  verdictOf,
} from './requests.ts';
import {
  transferCancelRequestSchema,
  transferMoveRequestSchema,
  transferRequestSchema,
  transfersQuerySchema,
} from './stock-schemas.ts';

const TRANSFERS_LIMIT_DEFAULT = 100;

/** `/api/v1/transfers`: goods on their way from one store to another. */
export function transferRoutes(desk: TransferDesk, directory: StoreDirectory): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = queryOf(transfersQuerySchema, request, response);
    if (query === null) return;
    const { storeId = null, state = null, limit = TRANSFERS_LIMIT_DEFAULT } = query;
    const freshness = freshnessOf(request, READ_AGE_DEFAULT_MAX_MS);
    const listed = await desk.listTransfers({ storeId, state, limit }, freshness);
    response.json({ transfers: agedValueOf(response, listed) });
  });
  router.post('/', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(transferRequestSchema, request, response);
    if (command === null || body === null) return;
    const { fromStoreId, toStoreId } = body;
    for (const store of [fromStoreId, toStoreId])
      if ((await storeOf(directory, response, store)) === null) return;
    for (const { productSku } of body.lines) {
      if (await directory.productExists(productSku)) continue;
      sendProblem(response, 'product-unknown', `There is no product ${productSku} in the catalogue.`);
      return;
    }
    const sent = { ...command, storeId: toStoreId, fromStoreId, lines: linesOf(body.lines) };
    const answer = await desk.requestTransfer({ ...sent, raw: JSON.stringify(body) });
    await sendTransfer(desk, response, answer, desk.transferIdOf(command), 201);
  });
  router.get('/:transferId', async (request, response) => {
    const transfer = await transferOf(desk, request, response);
    if (transfer !== null) response.json(transfer);
  });
  movePart(router, desk);
  return router;
}

function movePart(router: Router, desk: TransferDesk): void {
  for (const move of ['dispatch', 'receive'] as const) {
    router.post(`/:transferId/${move}`, async (request, response) => {
      const command = commandOf(request, response);
      const body = bodyOf(transferMoveRequestSchema, request, response);
      if (command === null || body === null) return;
      const transfer = await transferOf(desk, request, response);
      if (transfer === null) return;
      const { storeId } = body;
      const stores =
        move === 'dispatch' ? [transfer.fromStoreId] : [transfer.fromStoreId, transfer.toStoreId];
      if (!stores.includes(storeId)) return sendForeign(response, storeId);
      const { transferId } = transfer;
      const sent = { ...command, move, transferId, storeId, lines: linesOf(body.lines) };
      const answer = await desk.moveTransfer({ ...sent, raw: JSON.stringify({ transferId, ...body }) });
      await sendTransfer(desk, response, answer, transferId, 200);
    });
  }
  router.post('/:transferId/cancel', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(transferCancelRequestSchema, request, response);
    if (command === null || body === null) return;
    const transfer = await transferOf(desk, request, response);
    if (transfer === null) return;
    const { transferId } = transfer;
    const sent = { ...command, ...body, transferId };
    const answer = await desk.cancelTransfer({ ...sent, raw: JSON.stringify({ transferId, ...body }) });
    await sendTransfer(desk, response, answer, transferId, 200);
  });
}

function linesOf(lines: readonly { readonly productSku: string; readonly quantity: number }[]): DeskLine[] {
  return lines.map(({ productSku, quantity }) => ({ sku: productSku, quantity }));
}

async function transferOf(
  desk: TransferDesk,
  request: Request,
  response: Response,
): Promise<TransferRow | null> {
  const id = z.uuid().safeParse(request.params['transferId']);
  const transfer = id.success ? await desk.findTransfer(id.data) : null;
  if (transfer === null) sendProblem(response, 'transfer-unknown', 'No transfer has this id.');
  return transfer;
}

function sendForeign(response: Response, storeId: string): void {
  sendProblem(
    response,
    'transfer-unknown',
    `No transfer of store ${storeId} has this id, in this direction.`,
  );
}

async function sendTransfer(
  desk: TransferDesk,
  response: Response,
  answer: ApiAnswer,
  transferId: string,
  status: number,
): Promise<void> {
  const verdict = verdictOf(response, answer);
  if (verdict === null) return;
  if (verdict.verdict === 'REJECTED') {
    return sendRefusal(response, verdict, { current: await desk.findTransfer(transferId) });
  }
  response.status(status).json(must(await desk.findTransfer(transferId), 'a decided transfer can be read'));
}
