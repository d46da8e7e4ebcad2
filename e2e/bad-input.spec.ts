/** Whatever a program sends that it should not: a clear answer, and nothing booked. */
import { coffee, storeId } from './fixtures/chain.ts';
import { knock } from './fixtures/knock.ts';
import { expect, test } from './fixtures/test.ts';

const RESERVE = '/api/v1/inventory/reserve';
const order = { storeId, productSku: coffee.sku, quantity: 2, reason: 'web order' };
let keys = 0;
const fresh = (): Record<string, string> => {
  keys += 1;
  return { 'idempotency-key': `key-${keys}` };
};

test('the API answers every bad request with its problem, and books none of them', async ({ central }) => {
  const { api } = central;
  const json = { 'content-type': 'application/json' };
  const unknown = '00000000-0000-4000-8000-000000000000';
  const cases = [
    [
      api.send(RESERVE, { method: 'POST', body: '{"storeId":', headers: { ...json, ...fresh() } }),
      400,
      'invalid-request',
      /JSON/,
    ],
    [api.post(RESERVE, { ...order, quantity: 'two' }, fresh()), 400, 'invalid-request', /quantity/],
    [api.post(RESERVE, { ...order, quantity: 1.5 }, fresh()), 400, 'invalid-request', /quantity/],
    [api.post(RESERVE, { ...order, quantity: -1 }, fresh()), 400, 'invalid-request', /quantity/],
    [api.post(RESERVE, { ...order, surprise: 1 }, fresh()), 400, 'invalid-request', /surprise/],
    [api.post(RESERVE, [], fresh()), 400, 'invalid-request', /body/],
    [api.post(RESERVE, { ...order, storeId: unknown }, fresh()), 404, 'store-unknown', /stores lists them/],
    [api.post(RESERVE, { ...order, productSku: '9' }, fresh()), 404, 'product-unknown', /no product 9/],
    [api.post(RESERVE, order), 400, 'idempotency-key-missing', /Idempotency-Key/],
    [
      api.post(RESERVE, order, { 'idempotency-key': 'with space' }),
      400,
      'idempotency-key-missing',
      /without spaces/,
    ],
    [api.post(RESERVE, { ...order, quantity: 101 }, fresh()), 409, 'insufficient-stock', /fewer free units/],
    [
      api.post('/api/v1/inventory/release', { reservationId: unknown }, fresh()),
      404,
      'reservation-unknown',
      /no reservation/,
    ],
    [api.get('/api/v1/nothing'), 404, 'not-found', /docs/],
    [api.get('/api/v1/conflicts?state=ODD'), 400, 'invalid-request', /state/],
    [api.get(`/api/v1/inventory/not-a-store/${coffee.sku}`), 404, 'store-unknown', /no store/],
  ] as const;
  for (const [index, [sent, status, kind, detail]] of cases.entries()) {
    const answer = await sent;
    const where = `case ${index + 1}: ${JSON.stringify(answer.body)}`;
    expect(answer.status, where).toBe(status);
    expect(answer.type, where).toContain('application/problem+json');
    expect(answer.body, where).toMatchObject({ type: `urn:gondola:problem:${kind}`, status });
    expect((answer.body as { detail: string }).detail, where).toMatch(detail);
  }
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening, held: 0 });
});

test('a key used again gives the same answer, and with another body a refusal', async ({ central }) => {
  const key = fresh();
  const first = await central.api.post(RESERVE, order, key);
  expect(first.status).toBe(201);
  expect(await central.api.post(RESERVE, order, key)).toMatchObject({ status: 201, body: first.body });
  const other = await central.api.post(RESERVE, { ...order, quantity: 3 }, key);
  expect(other).toMatchObject({ status: 422, body: { type: 'urn:gondola:problem:idempotency-key-reused' } });
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening - 2, held: 2 });
});

test('nobody comes in without a key, a token or a session', async ({ central }) => {
  for (const path of ['/api/v1/stores', '/metrics', '/console/api/stores']) {
    for (const headers of [{}, { authorization: 'Bearer not-a-key-of-this-centre' }]) {
      expect((await fetch(central.url + path, { headers })).status, path).toBe(401);
    }
  }
  const push = await fetch(`${central.url}/sync/v1/push`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(push.status).toBe(401);
  for (const namespace of ['/sync', '/console']) {
    for (const auth of [{}, { token: 7 }, { token: 'not-a-token-of-this-centre' }]) {
      const answer = await knock(central.url, namespace, auth);
      expect(answer).toBe(`44${namespace},{"message":"unauthenticated"}`);
    }
  }
});
