import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import { type FoldedLog, foldLog } from './fold-log.ts';
import { type Observed, type ObservedTill, verdictOf } from './observe.ts';
import type { Buckets, Truth } from './postgres-truth.ts';
import { judgePromises, type Promises } from './promises.ts';
import { recount } from './recount.ts';

/** The figures of a run. */
export interface Figures extends Promises {
  readonly operations: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly recorded: number;
  readonly quarantined: number;
  readonly conflicts: number;
  readonly webRequests: number;
  readonly webRefused: number;
  readonly physicalExcess: number;
  readonly promisesUnfulfillable: number;
  readonly promiseOversell: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly undecided: number;
  readonly diverged: number;
  readonly ledgerMismatches: number;
}

export const MUST_BE_ZERO = [
  'promiseOversell',
  'lost',
  'duplicated',
  'undecided',
  'diverged',
  'ledgerMismatches',
  'guaranteedBroken',
  'guaranteedVoidedByFork',
  'guaranteedVoidedByForce',
] as const;

/** Holds what the outside has seen against the tables, the log and an independent recount. Pure. */
export function check(observed: Observed, truth: Truth): Figures {
  const folded = foldLog(truth.events);
  const counted = recount(observed, truth.events);
  return {
    ...countVerdicts(observed),
    ...judgePromises(observed, truth.events, counted),
    physicalExcess: counted.physicalExcess,
    promisesUnfulfillable: counted.promisesUnfulfillable,
    promiseOversell: counted.promiseOversell,
    lost: countLost(observed, truth),
    duplicated: countDuplicated(observed, folded),
    undecided: observed.tills.reduce((sum, till) => sum + undecidedOf(till), 0),
    diverged: observed.tills.reduce((sum, till) => sum + divergedOf(till, folded), 0),
    ledgerMismatches: countMismatches(truth, folded, counted.pools, counted.unexplained),
  };
}

function countVerdicts({ tills, web }: Observed) {
  const counts = { ACCEPTED: 0, REJECTED: 0, RECORDED: 0, QUARANTINED: 0 };
  for (const till of tills) for (const { verdict } of till.verdicts.values()) counts[verdict] += 1;
  for (const { accepted } of web) counts[accepted ? 'ACCEPTED' : 'REJECTED'] += 1;
  const conflicts = new Set(tills.flatMap((till) => till.conflicts.map(({ conflictId }) => conflictId)));
  return {
    operations: counts.ACCEPTED + counts.REJECTED + counts.RECORDED + counts.QUARANTINED,
    accepted: counts.ACCEPTED,
    rejected: counts.REJECTED,
    recorded: counts.RECORDED,
    quarantined: counts.QUARANTINED,
    conflicts: conflicts.size,
    webRequests: web.length,
    webRefused: web.filter(({ accepted }) => !accepted).length,
  };
}

/** Labelled at a till, or answered 2xx by the API, and standing neither in a journal nor in the log. */
function countLost({ tills, web }: Observed, truth: Truth): number {
  let lost = 0;
  for (const till of tills) {
    const journaled = new Map(
      till.records.map((one) => [tillOperationId(till.tillId, till.life, one.sequence) as string, one.hash]),
    );
    for (const { operationId, hash } of till.labelled) {
      if (journaled.get(operationId) !== hash && truth.verdicts.get(operationId) !== hash) lost += 1;
    }
  }
  const decidedKeys = new Set(
    [...truth.verdicts.keys()].flatMap((id) => /^api:[^:]+:(.+)$/.exec(id)?.[1] ?? []),
  );
  for (const { accepted, key } of web) if (accepted && !decidedKeys.has(key)) lost += 1;
  return lost;
}

/** Operations decided twice, baskets sold by two operations, and sales with more or fewer lines in the log than in the basket. */
function countDuplicated({ tills }: Observed, folded: FoldedLog): number {
  let duplicated = 0;
  for (const { times } of folded.verdicts.values()) if (times > 1) duplicated += 1;
  for (const operations of folded.sellers.values()) if (operations.size > 1) duplicated += 1;
  for (const till of tills) {
    for (const record of till.records) {
      const { body } = JSON.parse(record.raw) as { body: { type: string; lines?: unknown[] } };
      if (body.type !== 'sell' || verdictOf(till, record)?.verdict !== 'RECORDED') continue;
      const id = tillOperationId(till.tillId, till.life, record.sequence);
      if (folded.soldLines.get(id) !== body.lines?.length) duplicated += 1;
    }
  }
  return duplicated;
}

function undecidedOf(till: ObservedTill): number {
  return till.records.filter((record) => verdictOf(till, record) === undefined).length;
}

/** Rows of the replica that differ from the fold, and rows of the fold that the replica lacks. */
function divergedOf(till: ObservedTill, folded: FoldedLog): number {
  let diverged = 0;
  const pools = new Map(till.pools.map((row) => [`${till.storeId}/${row.sku}`, row]));
  for (const [key, expected] of folded.pools) {
    if (!key.startsWith(`${till.storeId}/`)) continue;
    if (!isSame(expected, pools.get(key))) diverged += 1;
    pools.delete(key);
  }
  diverged += [...pools.values()].filter((row) => row.version > 0).length;
  for (const row of till.reservations) if (folded.holds.get(row.reservationId) !== row.state) diverged += 1;
  for (const [id, row] of till.verdicts) {
    const expected = folded.verdicts.get(id);
    if (expected?.verdict !== row.verdict || expected.position !== row.position) diverged += 1;
  }
  return diverged;
}

function countMismatches(
  truth: Truth,
  folded: FoldedLog,
  recounted: ReadonlyMap<string, Buckets>,
  unexplained: ReadonlySet<string>,
): number {
  const keys = new Set([
    ...truth.balances.keys(),
    ...truth.ledgerSums.keys(),
    ...folded.pools.keys(),
    ...recounted.keys(),
  ]);
  let mismatches = 0;
  for (const key of keys) {
    const balance = truth.balances.get(key) ?? NOTHING;
    const others = [truth.ledgerSums.get(key), folded.pools.get(key), recounted.get(key)];
    if (unexplained.has(key) || others.some((other) => !isSame(balance, other))) mismatches += 1;
  }
  return mismatches;
}

const NOTHING: Buckets = { free: 0, held: 0, allotted: 0, inDoubt: 0, deficit: 0 };

function isSame(left: Buckets, right: Buckets = NOTHING): boolean {
  return (
    left.free === right.free &&
    left.held === right.held &&
    left.allotted === right.allotted &&
    left.inDoubt === right.inDoubt &&
    left.deficit === right.deficit
  );
}
