import { onHand } from '@gondola/shared/domain/pool.ts';
import type { PolicyRow, PoolRow } from '@gondola/shared/schemas/rows.ts';
import { type Response, Router } from 'express';
import type { InventoryDesk } from './desk-ports.ts';
import { placeOf } from './places.ts';
import type { StoreDirectory } from './ports.ts';
import { sendProblem } from './problem-details.ts';
import {
  agedValueOf,
  bodyOf,
  callerOf,
  commandOf,
  expectedOf,
  freshnessOf,
  sendRefusal,
  sendReusedKey,
  verdictOf,
} from './requests.ts';
import { adjustRequestSchema, policyRequestSchema } from './stock-schemas.ts';

/** `/api/v1/inventory/…`: what stands where, corrections of the book, and how far an article may be promised unsure. */
export function poolRoutes(desk: InventoryDesk, directory: StoreDirectory): Router {
  const router = Router();
  router.post('/adjust', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(adjustRequestSchema, request, response);
    if (command === null || body === null) return;
    const expectedVersion = expectedOf(body.expectedVersion, request, response);
    if (expectedVersion === null) return;
    const place = await placeOf(directory, response, body.storeId, body.productSku);
    if (place === null) return;
    const { difference, reason, note } = body;
    const answer = await desk.adjust({
      ...{ ...command, ...place, difference, reason, note, expectedVersion },
      raw: JSON.stringify({ ...body, expectedVersion }),
    });
    const verdict = verdictOf(response, answer);
    if (verdict === null) return;
    const pool = await desk.findPool(place.storeId, place.sku);
    if (verdict.verdict === 'REJECTED') return sendRefusal(response, verdict, { current: pool });
    sendPool(response, 201, place.storeId, pool);
  });
  policyPart(router, desk, directory);
  router.get('/:storeId/:sku', async (request, response) => {
    const place = await placeOf(directory, response, request.params.storeId, request.params.sku);
    if (place === null) return;
    // An adjustment names the version that was seen here: only who says so gets an old one.
    const read = await desk.readPool(place.storeId, place.sku, freshnessOf(request, 0));
    const pool = agedValueOf(response, read);
    if (read.ageMs === null) sendPool(response, 200, place.storeId, pool);
    else response.json(poolAnswer(place.storeId, pool));
  });
  return router;
}

function policyPart(router: Router, desk: InventoryDesk, directory: StoreDirectory): void {
  router.get('/:storeId/:sku/policy', async (request, response) => {
    const place = await placeOf(directory, response, request.params.storeId, request.params.sku);
    if (place === null) return;
    sendPolicy(response, place, await desk.findPolicy(place.storeId, place.sku));
  });
  router.put('/:storeId/:sku/policy', async (request, response) => {
    const command = commandOf(request, response);
    const body = bodyOf(policyRequestSchema, request, response);
    if (command === null || body === null) return;
    const expectedVersion = expectedOf(body.expectedVersion, request, response);
    if (expectedVersion === null) return;
    if (expectedVersion === undefined) {
      const detail = 'Send expectedVersion, or If-Match with the ETag of the policy that you looked at.';
      return sendProblem(response, 'precondition-missing', detail);
    }
    const place = await placeOf(directory, response, request.params.storeId, request.params.sku);
    if (place === null) return;
    const { provisionalMaxUnits } = body;
    const change = { ...place, provisionalMaxUnits, expectedVersion };
    const changed = await desk.changePolicy({
      ...{ ...change, changedBy: callerOf(response).name },
      ...{ caller: command.apiKeyId, idempotencyKey: command.idempotencyKey },
      raw: `policy ${JSON.stringify(change)}`,
    });
    if (!changed.ok) {
      const detail = 'Somebody changed the policy since that version: read it again and decide anew.';
      return sendProblem(response, 'stale', detail, { current: changed.error.current });
    }
    if (changed.value.kind === 'reused-key') return sendReusedKey(response);
    if (changed.value.repeated) response.set('Idempotency-Replayed', 'true');
    sendPolicy(response, place, changed.value.answer);
  });
}

function sendPool(response: Response, status: number, storeId: string, pool: PoolRow): void {
  response.status(status).set('ETag', `"${pool.version}"`).json(poolAnswer(storeId, pool));
}

function poolAnswer(storeId: string, pool: PoolRow) {
  return { storeId, ...pool, onHand: onHand(pool) };
}

/** Where nobody has said anything, there is no bound, at version 0. */
function sendPolicy(
  response: Response,
  { storeId, sku }: { readonly storeId: string; readonly sku: string },
  policy: PolicyRow | null,
): void {
  const { provisionalMaxUnits, version, position } = policy ?? {
    ...{ provisionalMaxUnits: null, version: 0, position: 0 },
  };
  response.set('ETag', `"${version}"`).json({ storeId, sku, provisionalMaxUnits, version, position });
}
