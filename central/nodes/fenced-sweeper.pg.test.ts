/**
 * Goal: of two sweepers one works, and one that was frozen longer than its lease writes nothing in an epoch that is over.
 *
 * Method: two processes sweep by turns; one is stopped by SIGSTOP at each point of its sweep, the other takes over
 * when the lease ends, more holds run out, SIGCONT. A trigger of the test, at commit, writes down who ended a hold and who
 * held the lease then. The same rounds without the fence show that the trigger can see a stale write.
 */
import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestTill } from '../inventory/authority.contract.ts';
import type { Authority } from '../inventory/authority.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTestDatabases, type TestDatabases } from '../testing/test-database.ts';
import { freezeAtGate, type GatedNode, pointsOf, startGatedNode, thaw } from './testing/frozen.ts';
import type { Gate } from './testing/gated-node.ts';
import { openAuthority } from './testing/open-authority.ts';
import { expectCleanRecount } from './testing/recount.ts';
import { figure, type Random, seeded, sized, soaking, timeoutMs } from './testing/seeded.ts';

/** In `npm test` one round before each statement of a sweep; in the soak so many, over all points. */
const SOAK_ROUNDS = 200;
const UNFENCED_ROUNDS = sized(6, 40);
/** Short, so that many rounds fit; the product's own is longer. */
const LEASE_MS = 300;
/** The lease, and the 2 s after which the server ends a transaction that holds the fence, and time for two busy cores. */
const TAKEN_OVER_WITHIN_MS = 8_000;
const HOLD_MS = 1;
const HOLDS_PER_ROUND = 3;
const storeId = derivedUuid('store');
const closers: (() => Promise<void>)[] = [];

let databases: TestDatabases;
let pool: Pool;
let owner: Pool;
/** Its holds run out at once. */
let authority: Authority;

beforeEach(async () => {
  databases = await createTestDatabases({ services: ['inventory'] });
  const { runtimeUrl, ownerUrl } = databases.urls.inventory;
  pool = createPool(runtimeUrl, { max: 2, applicationName: 'gondola test' });
  owner = createPool(ownerUrl, { max: 1, applicationName: 'gondola test owner' });
  authority = openAuthority(pool, { reservationTimeoutMs: HOLD_MS });
  await owner.query(`
    create table ended_holds (application text, holder text, epoch bigint);
    create function note_end() returns trigger language plpgsql security definer as $$
    begin
      insert into ended_holds
      select current_setting('application_name'), holder, epoch from worker_leases where worker = 'expiry sweeper';
      return null;
    end $$;
    create constraint trigger note_end after insert on log_runs deferrable initially deferred
      for each row when (new.events like '%"ReservationExpired"%') execute function note_end()`);
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await Promise.all([pool.end(), owner.end()]);
  await databases.drop();
});

async function startNodes(): Promise<readonly [GatedNode, GatedNode]> {
  const url = databases.urls.inventory.runtimeUrl;
  const start = async (name: string): Promise<GatedNode> => {
    const node = await startGatedNode({ url, name });
    closers.push(() => node.program.end('SIGKILL'));
    return node;
  };
  return [await start('gondola sweeper A'), await start('gondola sweeper B')];
}

/** Holds of new articles and of those given, all over by the time this resolves. Answers the articles. */
async function makeOverdue(till: TestTill, skus: readonly string[]): Promise<void> {
  const first = till.head.sequence + 1;
  till.write({ type: 'receive', lines: skus.map((sku) => ({ sku, quantity: 1 })) });
  for (const sku of skus)
    till.write({
      type: 'reserve',
      reservationId: derivedUuid(`${sku}/${till.head.sequence}`),
      sku,
      quantity: 1,
    });
  const records = till.records.slice(first - 1);
  const pushed = await authority.submit({
    kind: 'journal',
    identity: till.identity,
    firstSequence: first,
    records,
  });
  expect(pushed).toMatchObject({ ok: true, value: { acknowledged: till.head } });
  await expect.poll(() => overdue(), { interval: 2 }).toBeGreaterThanOrEqual(skus.length);
}

async function overdue(): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    "select count(*)::int as n from reservations where state = 'HELD' and expires_at <= clock_timestamp()",
  );
  return rows[0]?.n ?? 0;
}

interface Swept {
  readonly epoch: number | null;
  readonly ended: number;
}

async function sweep(node: GatedNode, isFenced: boolean): Promise<Swept> {
  node.tell({ do: 'sweep', leaseMs: LEASE_MS, isFenced });
  const { epoch, ended } = await node.program.hear(({ said }) => said === 'swept');
  return { epoch: epoch as number | null, ended: ended as number };
}

interface Round {
  readonly frozen: GatedNode;
  readonly other: GatedNode;
  readonly gate: Gate;
  readonly isFenced: boolean;
}

/** Answers what the frozen sweeper said when it woke. */
async function playRound(
  till: TestTill,
  name: string,
  { frozen, other, gate, isFenced }: Round,
): Promise<Swept> {
  const skus = Array.from({ length: HOLDS_PER_ROUND }, (_, index) => `${name}-${index}`);
  await makeOverdue(till, skus);
  // The one to be frozen must get the lease first.
  await expect
    .poll(() => sweep(frozen, isFenced).then(({ epoch }) => epoch), { interval: LEASE_MS / 4 })
    .not.toBeNull();
  await makeOverdue(till, skus);
  frozen.tell({ do: 'arm', gate });
  frozen.tell({ do: 'sweep', leaseMs: LEASE_MS, isFenced });
  await freezeAtGate(frozen);
  await expect
    .poll(() => sweep(other, isFenced).then(({ epoch }) => epoch), {
      interval: LEASE_MS / 4,
      timeout: TAKEN_OVER_WITHIN_MS,
    })
    .not.toBeNull();
  expect(await overdue()).toBe(0);
  await makeOverdue(till, skus);
  thaw(frozen);
  const { epoch, ended } = await frozen.program.hear(({ said }) => said === 'swept');
  await expect
    .poll(
      async () => {
        await sweep(other, isFenced);
        return overdue();
      },
      { interval: LEASE_MS / 4, timeout: TAKEN_OVER_WITHIN_MS },
    )
    .toBe(0);
  return { epoch: epoch as number | null, ended: ended as number };
}

/** Where to freeze, in each round: what a first sweep tells of its statements. */
async function gatesOf(node: GatedNode, till: TestTill, random: Random): Promise<readonly Gate[]> {
  // The very first claim takes a statement more than all others.
  await sweep(node, true);
  node.program.takeHeard(() => true);
  await makeOverdue(till, ['rehearsal']);
  expect((await sweep(node, true)).ended).toBe(1);
  const points = await pointsOf(node, (text) => text === 'commit');
  const [first] = points;
  const gates = points.map(({ point, statement }) => ({
    point,
    statement: statement - (first?.statement ?? 0) + 1,
  }));
  if (!soaking) return gates.filter(({ point }) => point === 'before');
  const rounds = Array.from({ length: SOAK_ROUNDS }, (_, round) => gates[round % gates.length]);
  return random.shuffled(rounds.flatMap((gate) => gate ?? []));
}

/** Holds that a sweeper ended while another held the lease. */
async function staleWrites(): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(
    "select count(*)::int as n from ended_holds where application like 'gondola sweeper %' and application <> holder",
  );
  return rows[0]?.n ?? 0;
}

test(
  'a sweeper that was frozen longer than its lease writes nothing in its old epoch',
  () =>
    seeded(async (random) => {
      const [first, second] = await startNodes();
      const till = new TestTill('one', storeId);
      let fencedOff = 0;
      const gates = await gatesOf(first, till, random);
      for (const [round, gate] of gates.entries()) {
        const [frozen, other] = random.shuffled([first, second]);
        if (frozen === undefined || other === undefined) throw new Error('two nodes were started');
        await playRound(till, `sku-${round}`, { frozen, other, gate, isFenced: true });
        fencedOff += frozen.program.takeHeard(
          ({ said, message }) =>
            said === 'batch-failed' && /was replaced and writes nothing/.test(String(message)),
        ).length;
        for (const node of [frozen, other]) node.program.takeHeard(() => true);
      }
      const { rows } = await owner.query<{ n: number }>('select count(*)::int as n from ended_holds');
      figure('fenced sweeper', {
        rounds: gates.length,
        staleWrites: await staleWrites(),
        fencedOff,
        endedHolds: rows[0]?.n,
      });
      expect(await staleWrites()).toBe(0);
      // Else no round has ever tried what the fence forbids.
      expect(fencedOff).toBeGreaterThan(0);
      await expectCleanRecount(pool);
    }),
  timeoutMs(1_200_000),
);

test(
  'without the fence the same rounds are seen to write in an old epoch, and the books agree all the same',
  () =>
    seeded(async () => {
      const [frozen, other] = await startNodes();
      const till = new TestTill('one', storeId);
      for (let round = 0; round < UNFENCED_ROUNDS; round += 1) {
        // Frozen with the lease in its hand, before its batch begins.
        const gate = { point: 'after', statement: 2 } as const;
        await playRound(till, `sku-${round}`, { frozen, other, gate, isFenced: false });
      }
      const stale = await staleWrites();
      figure('unfenced sweeper', { rounds: UNFENCED_ROUNDS, staleWrites: stale });
      expect(stale).toBeGreaterThan(0);
      await expectCleanRecount(pool);
    }),
  timeoutMs(600_000),
);
