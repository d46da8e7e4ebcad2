/** Goal: the register over a real database keeps each promise of its face. Time is a hand-moved clock. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import type { ProductInput } from './model.ts';
import { AUTHENTICATION_CACHE_MS } from './register.ts';
import { type StoresService, startStores } from './start-stores.ts';
import { storeIdOfNumber } from './store-id.ts';

let databases: TestDatabases;
let service: StoresService;
let nowMs: number;

const store = { storeId: storeIdOfNumber('27'), number: '27', name: 'Store 27' };

beforeEach(async () => {
  nowMs = Date.parse('2026-01-01T12:00:00Z');
  databases = await createTestDatabases({ services: ['stores'] });
  service = await startStores({
    urls: databases.urls.stores,
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    ids: { uuid: () => randomUUID() },
    makeSecret: () => randomBytes(24).toString('base64url'),
  });
  await service.register.saveStores([store]);
});

afterEach(async () => {
  await service.close();
  await databases.drop();
});

async function newCode(tillId?: string): Promise<string> {
  const made = await service.register.createEnrolmentCode(store.storeId, tillId);
  if (!made.ok) throw new Error(made.error);
  return made.value.code;
}

test('stores are saved twice without a change, renamed once, and listed as people number them', async () => {
  const { register } = service;
  const other = { storeId: storeIdOfNumber('9'), number: '9', name: 'Store 9' };
  expect([await register.saveStores([store, other]), await register.saveStores([store, other])]).toEqual([
    1, 0,
  ]);
  expect(await register.saveStores([{ ...other, name: 'Corner' }])).toBe(1);
  expect((await register.listStores()).map((each) => each.name)).toEqual(['Corner', 'Store 27']);
  expect(storeIdOfNumber('27')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('a code enrols one till, once; ten who try it at once get one till', async () => {
  const { register } = service;
  const code = await newCode();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => register.enrol(code.toLowerCase(), `Till ${index}`)),
  );
  const enrolled = answers.filter((answer) => answer.ok);
  expect(enrolled).toHaveLength(1);
  expect(new Set(answers.map((answer) => (answer.ok ? 'ok' : answer.error)))).toEqual(
    new Set(['ok', 'code-used']),
  );
  const [first] = enrolled;
  const till = await register.authenticateTill(first?.ok === true ? first.value.token : '');
  expect(till).toMatchObject({ storeId: store.storeId, storeName: 'Store 27', life: 1 });
  expect(await register.authenticateTill('nonsense')).toBeNull();
});

test('two codes for one name at once make one till of that name', async () => {
  const codes = [await newCode(), await newCode()];
  const answers = await Promise.all(codes.map((code) => service.register.enrol(code, 'Till 1')));
  expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error)).sort()).toEqual(['name-taken', 'ok']);
});

test('a code for a till gives it the next life, and the old token is refused', async () => {
  const { register } = service;
  const first = await register.enrol(await newCode(), 'Till 1');
  if (!first.ok) throw new Error(first.error);
  const second = await register.enrol(await newCode(first.value.tillId), 'Till 1');
  expect(second.ok && [second.value.tillId, second.value.life]).toEqual([first.value.tillId, 2]);
  expect(await register.authenticateTill(first.value.token)).toBeNull();
  expect(await register.revokeTill(first.value.tillId)).toBe(true);
  expect(second.ok && (await register.authenticateTill(second.value.token))).toBeNull();
  expect(await register.createEnrolmentCode(store.storeId, first.value.tillId)).toEqual({
    ok: false,
    error: 'till-unknown',
  });
  expect(await register.createEnrolmentCode(randomUUID())).toEqual({ ok: false, error: 'store-unknown' });
});

test('a code, a link and a session end; a key has its scopes until it is withdrawn', async () => {
  const { register } = service;
  const code = await newCode();
  const { link } = await register.createConsoleLink();
  const session = await register.redeemConsoleLink(link);
  expect(await register.redeemConsoleLink(link)).toBeNull();
  expect(await register.authenticateSession(session?.sessionToken ?? '')).toMatchObject({
    expiresAt: session?.expiresAt,
  });
  const key = await register.createApiKey('web shop', ['inventory:write']);
  expect(await register.authenticateApiKey(key.token)).toEqual({
    apiKeyId: key.apiKeyId,
    name: 'web shop',
    scopes: ['inventory:write'],
  });
  expect(await register.revokeApiKey(key.apiKeyId)).toBe(true);
  expect(await register.authenticateApiKey(key.token)).toBeNull();
  const ended = await register.redeemConsoleLink((await register.createConsoleLink()).link);
  await register.endSession(ended?.sessionToken ?? '');
  expect(await register.authenticateSession(ended?.sessionToken ?? '')).toBeNull();
  const unused = await register.createConsoleLink();
  nowMs += 25 * 3_600_000;
  expect(await register.enrol(code, 'Late')).toEqual({ ok: false, error: 'code-expired' });
  expect(await register.redeemConsoleLink(unused.link)).toBeNull();
  expect(await register.authenticateSession(session?.sessionToken ?? '')).toBeNull();
});

test('a token withdrawn elsewhere is refused once the memory of it has ended', async () => {
  const { register } = service;
  const enrolled = await register.enrol(await newCode(), 'Till 1');
  const token = enrolled.ok ? enrolled.value.token : '';
  expect(await register.authenticateTill(token)).not.toBeNull();
  await service.pool.query("update tills set state = 'REVOKED'"); // as another node would
  expect(await register.authenticateTill(token)).not.toBeNull();
  nowMs += AUTHENTICATION_CACHE_MS;
  expect(await register.authenticateTill(token)).toBeNull();
});

test('contacts show at once, are written by the part, and silence shows as offline', async () => {
  const { register } = service;
  const enrolled = await register.enrol(await newCode(), 'Till 1');
  const tillId = enrolled.ok ? enrolled.value.tillId : '';
  expect((await register.listTills())[0]).toMatchObject({ online: false, lastContactAt: null, waiting: 0 });
  register.recordContact(tillId, {
    waiting: 3,
    oldestWaitingAt: '2026-01-01T11:00:00.000Z',
    connected: true,
    clockErrorMs: -40,
  });
  expect((await register.listTills(store.storeId))[0]).toMatchObject({
    online: true,
    connected: true,
    waiting: 3,
    clockErrorMs: -40,
  });
  const stopping = new AbortController();
  stopping.abort();
  await service.parts()[0]?.run(stopping.signal);
  const written = await service.pool.query('select waiting, connected from tills');
  expect(written.rows).toEqual([{ waiting: 3, connected: true }]);
  nowMs += 60_000;
  expect((await register.listTills())[0]).toMatchObject({ online: false, waiting: 3 });
});

const product = (sku: string, priceMinor: number | null = 100): ProductInput => ({
  sku,
  name: `Article ${sku}`,
  department: 'D',
  category: 'C',
  packageSize: '',
  brand: 'B',
  ean: '',
  priceMinor,
});

test('a catalogue is pulled page by page, each product once, and later only what changed', async () => {
  const { register } = service;
  await register.saveProducts(Array.from({ length: 25 }, (_, index) => product(`p${index}`)));
  const seen: string[] = [];
  let after = null;
  for (;;) {
    const page = await register.pullCatalogue({ after, limit: 10 });
    seen.push(...page.products.map((row) => row.sku));
    expect([page.total, page.reset]).toEqual([25, false]);
    after = page.checkpoint;
    if (!page.hasMore) break;
  }
  expect(new Set(seen).size).toBe(25);
  expect(seen).toHaveLength(25);
  expect((await register.pullCatalogue({ after, limit: 10 })).products).toEqual([]);
  const saved = await register.saveProducts([product('p3', 120), product('p4')]);
  expect(saved).toEqual({ changed: 1, unchanged: 1, refused: [] });
  const news = await register.pullCatalogue({ after, limit: 10 });
  expect(news.products.map((row) => [row.sku, row.priceMinor])).toEqual([['p3', 120]]);
  expect(news.checkpoint.position).toBe(news.head);
});

test('a checkpoint of another log starts again from the beginning and says so', async () => {
  await service.register.saveProducts([product('a')]);
  const page = await service.register.pullCatalogue({
    after: { logId: randomUUID(), position: 999 },
    limit: 10,
  });
  expect([page.reset, page.products.length]).toEqual([true, 1]);
});

test('writers at once leave a dense log whose order is the order of the positions', async () => {
  await Promise.all(
    Array.from({ length: 6 }, (_, writer) =>
      service.register.saveProducts(
        Array.from({ length: 20 }, (_, index) => product(`w${(writer + index) % 30}`, writer)),
      ),
    ),
  );
  const { rows } = await service.pool.query(
    'select count(*) as count, max(position) as max, min(position) as min from events',
  );
  expect(rows[0].count).toBe(rows[0].max);
  expect(rows[0].min).toBe(1);
  const head = await service.log.head();
  expect(head.position).toBe(rows[0].max);
  const total = await service.pool.query(
    'select (select count(*) from products) as real, products as kept from log',
  );
  expect(total.rows[0].kept).toBe(total.rows[0].real);
});

test('products are found by number, by code and by a part of the name, wildcards taken as they are', async () => {
  const { register } = service;
  await register.saveProducts([
    { ...product('77'), name: '50% less FAT', ean: '2000000000770' },
    product('78'),
  ]);
  for (const text of ['77', '2000000000770', '% less', 'fat']) {
    expect(
      (await register.searchProducts(text, 5)).map((found) => found.sku),
      text,
    ).toEqual(['77']);
  }
  expect(await register.searchProducts('_', 5)).toEqual([]);
});
