/** The routes under /console/api that the console's page reads; see view-schemas.ts. The gateway lets in only staff and API keys. */
import { CONFLICT_STATES } from '@gondola/shared/domain/labels.ts';
import { skuSchema, storeIdSchema } from '@gondola/shared/schemas/primitives.ts';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { ConsoleSources, ReadModel, StorePoolRow, TillHolding } from './ports.ts';
import { historyEntry, namesOf, poolView, storeView, sumTills } from './views.ts';

const rowsMax = 200;
const noticesMax = 50;
/** Articles that a search may name before its pools are looked up; cut at the rows shown, a store's own would be missed. */
const articlesMax = 10_000;

const poolsQuery = z.object({
  text: z.string().trim().max(100).optional(),
  storeId: storeIdSchema.optional(),
});
const reservationsQuery = z.object({
  storeId: storeIdSchema.optional(),
  state: z.enum(['HELD', 'COMMITTED', 'RELEASED', 'EXPIRED']).optional(),
});
const conflictsQuery = z.object({
  storeId: storeIdSchema.optional(),
  state: z.enum(CONFLICT_STATES).optional(),
});
const eventsQuery = z.object({
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  storeId: storeIdSchema.optional(),
  sku: skuSchema.optional(),
  type: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/, 'the name of an event')
    .optional(),
});
const storePath = z.object({ storeId: storeIdSchema });
const poolPath = z.object({ storeId: storeIdSchema, sku: skuSchema });

/** Every answer fits its schema of view-schemas.ts; bad parameters get a problem that names them. */
export function consoleRoutes(model: ReadModel, sources: ConsoleSources): Router {
  const router = Router();
  storePart(router, model, sources);
  stockPart(router, model, sources);
  router.get('/conflicts', async (request, response) => {
    const query = read(conflictsQuery, request.query, response);
    if (query === null) return;
    const conflicts = await model.listConflicts({
      storeId: query.storeId ?? null,
      state: query.state ?? null,
      rowsMax,
    });
    const nameOf = namesOf(await sources.findProducts(skusOf(conflicts)));
    const stores = new Map((await sources.listStores()).map((store) => [store.storeId, store.name]));
    response.json({
      conflicts: conflicts.map((row) => ({
        ...row,
        productName: nameOf(row.sku),
        storeName: stores.get(row.storeId) ?? row.storeId,
      })),
    });
  });
  router.get('/events', async (request, response) => {
    const query = read(eventsQuery, request.query, response);
    if (query === null) return;
    const { before = null, storeId = null, sku = null, type = null } = query;
    response.json({ events: await model.events({ before, storeId, sku, type, rowsMax }) });
  });
  router.get('/parked-pools', async (_request, response) => {
    response.json({ parkedPools: await model.listParked(rowsMax) });
  });
  return router;
}

function storePart(router: Router, model: ReadModel, sources: ConsoleSources): void {
  router.get('/overview', async (_request: Request, response: Response) => {
    const [stores, tills, counts, notices] = await Promise.all([
      sources.listStores(),
      sources.listTills(null),
      model.counts(),
      sources.notices(noticesMax),
    ]);
    const { lastContactAt: _lastContactAt, ...sums } = sumTills(tills);
    response.json({ stores: stores.length, ...sums, ...counts, notices });
  });
  router.get('/stores', async (_request, response) => {
    const [stores, tills, counts] = await Promise.all([
      sources.listStores(),
      sources.listTills(null),
      model.countsByStore(),
    ]);
    const byStore = Map.groupBy(tills, (till) => till.storeId);
    response.json({
      stores: stores.map((store) =>
        storeView(store, byStore.get(store.storeId) ?? [], counts.get(store.storeId)),
      ),
    });
  });
  router.get('/stores/:storeId', async (request, response) => {
    const path = read(storePath, request.params, response);
    if (path === null) return;
    const store = (await sources.listStores()).find((each) => each.storeId === path.storeId);
    if (store === undefined) return notFound(response, `There is no store ${path.storeId}.`);
    const [tills, counts, conflicts, holdings] = await Promise.all([
      sources.listTills(path.storeId),
      model.countsByStore(),
      model.listConflicts({ storeId: path.storeId, state: 'OPEN', rowsMax }),
      sources.holdings(path.storeId),
    ]);
    response.json({
      store: storeView(store, tills, counts.get(path.storeId)),
      tills: tills.map((till) => tillView(till, holdings.get(till.tillId))),
      conflicts,
    });
  });
}

function stockPart(router: Router, model: ReadModel, sources: ConsoleSources): void {
  router.get('/pools', async (request, response) => {
    const query = read(poolsQuery, request.query, response);
    if (query === null) return;
    const { text = '', storeId = null } = query;
    const skus =
      text === '' ? null : (await sources.searchProducts(text, articlesMax)).map((product) => product.sku);
    const pools = await model.listPools({ storeId, skus, rowsMax });
    response.json({ pools: await poolViews(pools, sources) });
  });
  router.get('/pools/:storeId/:sku', async (request, response) => {
    const path = read(poolPath, request.params, response);
    if (path === null) return;
    const pool = await model.findPool(path.storeId, path.sku);
    if (pool === null)
      return notFound(response, `Nothing was ever booked of article ${path.sku} in store ${path.storeId}.`);
    const [history, reservations, [view]] = await Promise.all([
      model.history(path.storeId, path.sku, rowsMax),
      model.listReservations({ storeId: path.storeId, sku: path.sku, state: null, rowsMax }),
      poolViews([pool], sources),
    ]);
    response.json({ pool: view, history: history.map(historyEntry), reservations });
  });
  router.get('/reservations', async (request, response) => {
    const query = read(reservationsQuery, request.query, response);
    if (query === null) return;
    const { storeId = null, state = null } = query;
    const reservations = await model.listReservations({ storeId, sku: null, state, rowsMax });
    const nameOf = namesOf(await sources.findProducts(skusOf(reservations)));
    response.json({ reservations: reservations.map((row) => ({ ...row, productName: nameOf(row.sku) })) });
  });
}

async function poolViews(pools: readonly StorePoolRow[], sources: ConsoleSources) {
  const nameOf = namesOf(await sources.findProducts(skusOf(pools)));
  return pools.map((pool) => poolView(pool, nameOf));
}

function skusOf(rows: readonly { readonly sku: string | null }[]): string[] {
  return [...new Set(rows.flatMap((row) => (row.sku === null ? [] : [row.sku])))];
}

/** Only what the page may see, whatever else the register knows. */
function tillView(till: Awaited<ReturnType<ConsoleSources['listTills']>>[number], holding?: TillHolding) {
  const { tillId, storeId, name, life, online, lastContactAt, waiting, oldestWaitingAt, clockErrorMs } = till;
  return {
    ...{ tillId, storeId, name, life, online, lastContactAt, waiting, oldestWaitingAt, clockErrorMs },
    articlesAllotted: holding?.articles ?? 0,
    unitsAllotted: holding?.units ?? 0,
    unitsInDoubt: holding?.unitsInDoubt ?? 0,
  };
}

function read<Value>(schema: z.ZodType<Value>, input: unknown, response: Response): Value | null {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  problem(
    response,
    400,
    'invalid-request',
    'The request is not valid',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
  );
  return null;
}

function notFound(response: Response, detail: string): void {
  problem(response, 404, 'not-found', 'There is no such thing', detail);
}

function problem(response: Response, status: number, kind: string, title: string, detail: string): void {
  const body = { type: `urn:gondola:problem:${kind}`, title, status, detail };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}
