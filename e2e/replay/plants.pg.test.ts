import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Centre } from './centre.ts';
import { MUST_BE_ZERO } from './check.ts';
import type { ObservedTill } from './observe.ts';
import type { ReplayOptions } from './options.ts';
import { openTruth } from './postgres-truth.ts';
import { type ReplayPlant, type Report, replay } from './run.ts';

/** Goal: each of the six figures can rise. A fault is planted once for each, in a small chain with scarce stock. */

const SKUS = ['101', '102', '103', '104'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gondola-plants-'));
  const products = SKUS.map((sku) => `${sku},Article ${sku},250`);
  await writeFile(path.join(folder, 'products.csv'), ['product_id,name,unit_cents', ...products].join('\n'));
  const lines = Array.from({ length: 80 }, (_, index) => {
    const soldAt = new Date(Date.parse('2017-01-01T10:00:00Z') + index * 3_600_000).toISOString();
    return `${soldAt},${1 + (index % 2)},${1000 + Math.floor(index / 2)},${SKUS[(index * 7) % 4]},1`;
  });
  const header = 'sold_at,store_id,basket_id,product_id,quantity';
  await writeFile(path.join(folder, 'sales.csv'), [header, ...lines].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const OPTIONS: Omit<ReplayOptions, 'sales'> = {
  fold: null,
  tills: 2,
  outage: 0.3,
  stockRatio: 0.7,
  slack: 0,
  mix: { held: 0.4, web: 0.2, return: 0.05, receive: 0.05, count: 0.05 },
  seed: 7,
  allotments: 'balanced',
  json: true,
};

function run(plant: ReplayPlant): Promise<Report> {
  return replay(
    { ...OPTIONS, sales: path.join(folder, 'sales.csv') },
    {
      clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
      scheduler: {
        after: (delayMs, action) => {
          const timer = setTimeout(action, delayMs);
          return () => clearTimeout(timer);
        },
      },
      makeSecret: () => randomBytes(32).toString('base64url'),
      productsFile: path.join(folder, 'products.csv'),
      onProgress: () => {},
      plant,
    },
  );
}

async function harm(centre: Centre, ...statements: readonly string[]): Promise<void> {
  const truth = await openTruth(centre.adminUrl);
  try {
    for (const statement of statements) await truth.query(statement);
  } finally {
    await truth.close();
  }
}

/** As if the authority had kept none of its till's guarantees. */
function breakGuarantees(till: ObservedTill): ObservedTill {
  const verdicts = new Map(till.verdicts);
  for (const { raw, sequence } of till.records) {
    const { label, body } = JSON.parse(raw) as { label: string; body: { type: string } };
    const id = tillOperationId(till.tillId, till.life, sequence);
    const verdict = verdicts.get(id);
    if (label !== 'GUARANTEED' || verdict === undefined) continue;
    if (body.type === 'sell') verdicts.set(id, { ...verdict, excess: [{ sku: 'x' as never, quantity: 1 }] });
    else verdicts.set(id, { ...verdict, verdict: 'REJECTED' });
  }
  return { ...till, verdicts };
}

describe('the replay’s six figures', () => {
  it('are 0 without a fault, over outages, refusals and conflicts', async () => {
    const report = await run({});
    expect(MUST_BE_ZERO.map((figure) => [figure, report[figure]])).toEqual(
      MUST_BE_ZERO.map((figure) => [figure, 0]),
    );
    expect(report).toMatchObject({ stores: 2, tills: 4, lines: 80 });
    expect(report.conflicts + report.webRefused).toBeGreaterThan(0);
  });

  it('promiseOversell rises when the book is made to promise what it has not', async () => {
    const report = await run({
      beforeDriving: (centre) => harm(centre, 'update pools set free = free + 50'),
    });
    expect(report.promiseOversell).toBeGreaterThan(0);
  });

  it('lost rises when a journal swallows a record after saying that it has it', async () => {
    let swallowed = 0;
    const swallows = () => {
      swallowed += 1;
      return swallowed === 5;
    };
    expect((await run({ swallows })).lost).toBe(1);
  });

  it('duplicated rises when an operation is decided twice', async () => {
    const report = await run({
      beforeLooking: (centre) =>
        harm(
          centre,
          // In the order of the authority's own writes: the database refuses an event that leaves a gap.
          'update log set position = position + 1',
          `insert into log_runs select (select position from log), (select position from log), store_id, null, null, null, null, null,
             null, occurred_at, jsonb_build_array(event)::text, '[]', '{}', '{}', '{}', '{}', '{}', '{}'
           from events where type = 'OperationDecided' order by position desc limit 1`,
        ),
    });
    expect(report.duplicated).toBeGreaterThan(0);
  });

  it('guaranteedBroken rises when a guaranteed request is refused, and when a guaranteed sale was not covered', async () => {
    const report = await run({
      bend: ({ tills, ...observed }, truth) => ({
        observed: { ...observed, tills: tills.map(breakGuarantees) },
        truth,
      }),
    });
    expect(report.guaranteed).toBeGreaterThan(0);
    expect(report.guaranteedBroken).toBe(report.guaranteed);
  });

  it('undecided rises when a till never reaches the centre', async () => {
    const report = await run({ cutForEver: (store, till) => store === '2' && till === 1 });
    expect(report.undecided).toBeGreaterThan(0);
  });

  it('diverged rises when a replica keeps an old row', async () => {
    const report = await run({
      bend: (observed, truth) => ({
        truth,
        observed: {
          ...observed,
          tills: observed.tills.map((till, index) =>
            index === 0
              ? { ...till, pools: till.pools.map((row) => ({ ...row, free: row.free + 1 })) }
              : till,
          ),
        },
      }),
    });
    expect(report.diverged).toBeGreaterThan(0);
    expect(report.ledgerMismatches).toBe(0);
  });

  it('ledgerMismatches rises when a balance is changed without an entry', async () => {
    const report = await run({
      beforeLooking: (centre) => harm(centre, "update pools set held = held + 1 where sku = '101'"),
    });
    expect(report.ledgerMismatches).toBeGreaterThan(0);
  });
});
