/** What who runs a centre relies on: health, figures, a clean stop, and a start after the worst. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentOf } from './fixtures/central.ts';
import { coffee, storeId } from './fixtures/chain.ts';
import { startProgram } from './fixtures/processes.ts';
import { expect, test } from './fixtures/test.ts';

const RESERVE = '/api/v1/inventory/reserve';
const order = { storeId, productSku: coffee.sku, quantity: 2, reason: 'web order' };

test('health says that it lives and that every service answers, and the figures need a key', async ({
  central,
}) => {
  const live = await fetch(`${central.url}/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await fetch(`${central.url}/health/ready`);
  const checks = { inventory: 'ok', stores: 'ok', notifications: 'ok', console: 'ok' };
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks }]);

  const refused = await fetch(`${central.url}/metrics`);
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ type: 'urn:gondola:problem:unauthenticated' });
  const figure = async (name: string): Promise<number | null> => {
    const { body } = await central.api.get('/metrics');
    const line = String(body)
      .split('\n')
      .find((text) => text.startsWith(`gondola_audit{figure="${name}"}`));
    return line === undefined ? null : Number(line.split(' ').at(-1));
  };
  await expect.poll(() => figure('pools'), { message: 'the first recount' }).not.toBeNull();
  const { body } = await central.api.get('/metrics');
  const figures = [...String(body).matchAll(/^gondola_audit\{figure="(\w+)"\} (\d+)/gm)];
  expect(figures.length).toBeGreaterThan(2);
  for (const [, name, value] of figures.filter(([, name]) => name !== 'pools' && name !== 'events'))
    expect([name, value]).toEqual([name, '0']);
});

test('readiness turns bad while the database is away, and good again by itself', async ({ central }) => {
  central.killPostgres();
  const ready = async (): Promise<number> => (await fetch(`${central.url}/health/ready`)).status;
  await expect.poll(ready, { intervals: [20] }).toBe(503);
  expect((await fetch(`${central.url}/health/live`)).status).toBe(200);
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
});

test('SIGTERM stops the centre cleanly, and it takes its database with it', async ({ central }) => {
  expect(await central.stop()).toEqual({ code: 0, signal: null });
  expect(central.postgresPid()).toBeNull();
  await central.startAgain();
  expect((await central.pool(coffee.sku)).onHand).toBe(coffee.opening);
});

test('a centre and its database that were killed lose nothing of what was answered', async ({ central }) => {
  const key = { 'idempotency-key': 'order-1' };
  const first = await central.api.post(RESERVE, order, key);
  expect(first.status).toBe(201);
  await central.killAll();
  await central.startAgain();
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening - 2, held: 2 });
  expect((await central.api.post(RESERVE, order, key)).body).toEqual(first.body);
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening - 2, held: 2 });

  // The centre alone: its database lives on without it, and must not stand in the way.
  await central.kill();
  await central.startAgain();
  expect(await central.pool(coffee.sku)).toMatchObject({ free: coffee.opening - 2, held: 2 });
});

test('a second centre on the same port or the same folder is told so in one sentence', async ({
  central,
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-e2e-second-'));
  await chmod(folder, 0o755);
  const start = async (dataDir: string): Promise<[number | null, string]> => {
    const second = startProgram(
      ['central/start.ts', '--json', '--no-sample'],
      environmentOf(dataDir, central.port),
    );
    const { code } = await second.ended;
    return [code, sentencesOf(second.errors())];
  };
  expect(await start(folder)).toEqual([
    1,
    `Port ${central.port} is in use by another program: stop it, or set PORT to a free port.`,
  ]);
  expect(await start(central.dataDir)).toEqual([
    1,
    `The data folder ${central.dataDir} is in use by process ${central.pid} (npm start): stop it first, or set GONDOLA_DATA_DIR to another folder.`,
  ]);
  await rm(folder, { recursive: true, force: true });
});

/** What stands there for a person: the log's lines are JSON and for programs. */
function sentencesOf(errors: string): string {
  return errors
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{'))
    .join('\n');
}

for (const [name, value, sentence] of [
  ['PORT', 'http', 'PORT must be a whole number from 0 to 65535, not "http".'],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of .*, not "loud"\.$/],
  [
    'RESERVATION_TIMEOUT_SECONDS',
    '0',
    /^RESERVATION_TIMEOUT_SECONDS must be a whole number from 1 to 86400, not "0"\.$/,
  ],
  ['DATABASE_URL', 'mysql://user:hidden@db/x', /^DATABASE_URL must be a URL such as [^\n]*$/],
  ['KAFKA_BROKERS', 'broker', /^KAFKA_BROKERS must be a list such as [^\n]*, not "broker"\.$/],
] as const) {
  test(`the wrong variable ${name} is named in one sentence`, async () => {
    const program = startProgram(['central/start.ts', '--json'], {
      ...environmentOf(path.join(tmpdir(), 'gondola-e2e-never-made'), 0),
      [name]: value,
    });
    expect((await program.ended).code).toBe(1);
    const told = sentencesOf(program.errors());
    if (typeof sentence === 'string') expect(told).toBe(sentence);
    else expect(told).toMatch(sentence);
    expect(told).not.toContain('hidden');
    expect(program.output()).toBe('');
  });
}
