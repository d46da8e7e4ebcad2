/**
 * Goal: nodes that decide over the same pools in every order neither deadlock, nor leave a gap, nor decide twice.
 *
 * Method: two central processes; tills and API clients send random operations over a few shared pools, lines in
 * random order, to either node, and one time in four the very same message to both nodes at once.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, expect, test } from 'vitest';
import { createPool, type Pool } from '../platform/postgres.ts';
import { type CentralNode, type ChainOfNodes, startChain } from './testing/centrals.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { createRandom, figure, quantileMs, type Random, seeded, sized, timeoutMs } from './testing/seeded.ts';
import { askApi, askAudit, enrolTill, storeId, type WebAnswer } from './testing/web.ts';

const TILLS = 4;
const CLIENTS = 4;
/** Few enough that any two operations are likely to meet. */
const POOLS = 8;
const OPENING_UNITS = 300;
const RECORDS_PER_PUSH_MAX = 5;
const LINES_MAX = 6;
const TWICE_SHARE = 0.25;
const operations = sized(2_000, 30_000);
const skus = Array.from({ length: POOLS }, (_, index) => `sku-${index}`);
const closers: (() => Promise<void>)[] = [];

interface World {
  readonly chain: ChainOfNodes;
  readonly logId: string;
  /** Reservations made over the API: whoever comes first may end one. */
  readonly held: string[];
  /** Reservations that tills asked for; some were refused, and then nobody knows them. */
  readonly asked: string[];
  readonly measuredMs: number[];
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** To one node or, sometimes, to both at once: the answers must then be of one mind. */
async function deliver(
  world: World,
  random: Random,
  send: (node: CentralNode) => Promise<WebAnswer>,
): Promise<readonly WebAnswer[]> {
  const { nodes } = world.chain;
  const chosen = random.next() < TWICE_SHARE ? nodes : [random.pick(nodes)];
  const answers = await Promise.all(chosen.map(send));
  world.measuredMs.push(...answers.map(({ ms }) => ms));
  return answers;
}

function tillBody(world: World, random: Random, name: string, position: number) {
  const lines = random
    .shuffled(skus)
    .slice(0, 1 + random.below(LINES_MAX))
    .map((sku) => ({ sku, quantity: 1 + random.below(3) }));
  const priced = lines.map((line) => ({ ...line, unitPriceMinor: 100 }));
  const basketId = derivedUuid(name);
  const reservationId = derivedUuid(`${name}/reservation`);
  const old = random.pick([...world.held, ...world.asked, reservationId]);
  switch (random.below(8)) {
    case 0:
      return { type: 'receive', lines };
    case 1:
      return { type: 'return', basketId, lines: priced, totalMinor: 100 };
    case 2:
      world.asked.push(reservationId);
      return { type: 'reserve', reservationId, sku: random.pick(skus), quantity: 1 + random.below(4) };
    case 3:
      return { type: 'commit', reservationId: old };
    case 4:
      return { type: 'release', reservationId: old };
    case 5:
      return {
        type: 'count',
        sku: random.pick(skus),
        quantity: random.below(40),
        checkpoint: { logId: world.logId, position: random.below(position + 1) },
      };
    case 6:
      return {
        type: 'sell',
        basketId,
        lines: [{ sku: random.pick(skus), quantity: 1, unitPriceMinor: 100, reservationId: old }],
        totalMinor: 100,
      };
    default:
      return { type: 'sell', basketId, lines: priced, totalMinor: 100 };
  }
}

async function runTill(world: World, random: Random, name: string): Promise<string> {
  const till = await enrolTill(random.pick(world.chain.nodes), name);
  let position = 0;
  while (till.journal.records.length < operations / 2 / TILLS) {
    const first = till.journal.records.length + 1;
    for (let count = 1 + random.below(RECORDS_PER_PUSH_MAX); count > 0; count -= 1) {
      const number = till.journal.records.length;
      till.journal.write(tillBody(world, random, `${name}/${number}`, position));
    }
    // Records that were decided before go along again.
    const from = Math.max(1, first - random.below(4));
    for (const { status, body } of await deliver(world, random, (node) =>
      till.push(node, from, RECORDS_PER_PUSH_MAX * 2),
    )) {
      expect([status, body]).toEqual([
        200,
        { acknowledged: till.journal.head, inventoryHead: expect.any(Number) },
      ]);
      position = Number(body['inventoryHead']);
    }
  }
  return till.journal.identity.tillId;
}

async function runClient(world: World, random: Random, name: string): Promise<number> {
  let sent = 0;
  for (; sent < operations / 2 / CLIENTS; sent += 1) {
    const [path, body] = clientCommand(world, random);
    const key = `${name}-${sent}`;
    const answers = await deliver(world, random, (node) => askApi(node, path, key, body));
    expect([200, 201, 409]).toContain(answers[0]?.status);
    const [first] = answers;
    for (const answer of answers)
      expect([answer.status, answer.body['reason']]).toEqual([first?.status, first?.body['reason']]);
    if (first?.status === 201) world.held.push(String(first.body['reservationId']));
  }
  return sent;
}

function clientCommand(world: World, random: Random): readonly [string, object] {
  const choice = random.below(3);
  const reservationId = world.held[random.below(world.held.length)];
  if (choice === 0 || reservationId === undefined) {
    const body = { storeId, productSku: random.pick(skus), quantity: 1 + random.below(4), reason: 'any' };
    return ['inventory/reserve', body];
  }
  if (choice === 1) return ['inventory/release', { reservationId }];
  return ['inventory/commit', { reservationId, transactionId: 'any', customerId: 'any' }];
}

test(
  'random operations over the same pools at two nodes: no deadlock, no gap, one verdict each',
  () =>
    seeded(async (random) => {
      const chain = await startChain({
        nodes: 2,
        stock: new Map(skus.map((sku) => [sku, OPENING_UNITS])),
        reservationTimeoutSeconds: 1,
      });
      closers.push(chain.stop);
      const pool = createPool(chain.urls.inventory.runtimeUrl, { max: 2, applicationName: 'gondola test' });
      closers.push(() => pool.end());
      const { rows } = await pool.query<{ log_id: string }>('select log_id from log');
      const world: World = { chain, logId: rows[0]?.log_id ?? '', held: [], asked: [], measuredMs: [] };
      const seedOf = () => createRandom(random.below(2 ** 32));
      const tills = Array.from({ length: TILLS }, (_, index) => runTill(world, seedOf(), `till-${index}`));
      const clients = Array.from({ length: CLIENTS }, (_, index) =>
        runClient(world, seedOf(), `client-${index}`),
      );
      const [tillIds, asked] = await Promise.all([Promise.all(tills), Promise.all(clients)]);
      await expectOneVerdictEach(
        pool,
        tillIds,
        asked.reduce((sum, count) => sum + count, 0),
      );
      await expectCleanRecount(pool);
      for (const node of chain.nodes) {
        const { pools, events, ...zeros } = await askAudit(node);
        expect([pools, (events ?? 0) > operations]).toEqual([POOLS, true]);
        expect(new Set(Object.values(zeros))).toEqual(new Set([0]));
        // A deadlock or a lock timeout that was not tried again would stand here.
        expect(node.program.errors()).toBe('');
      }
      const deadlocks = await chain.deadlocks();
      expect(deadlocks).toBe(0);
      figure('contention of two nodes', {
        operations,
        deadlocks,
        p50Ms: quantileMs(world.measuredMs, 0.5),
        p99Ms: quantileMs(world.measuredMs, 0.99),
      });
    }),
  timeoutMs(1_200_000),
);

async function expectOneVerdictEach(pool: Pool, tillIds: readonly string[], asked: number): Promise<void> {
  const { rows } = await pool.query<{ till_id: string; n: number; last: number }>(
    `select till_id, count(*)::int as n, max(sequence) as last from verdicts where till_id = any($1) group by till_id`,
    [tillIds],
  );
  expect(rows).toHaveLength(TILLS);
  for (const { n, last } of rows) expect([n, n >= operations / 2 / TILLS]).toEqual([last, true]);
  const { rows: api } = await pool.query<{ n: number }>(
    "select count(*)::int as n from verdicts where operation_id like 'api:%:client-%'",
  );
  expect(api[0]?.n).toBe(asked);
}
