import { BATCH_POOLS_MAX, SWEEP_RESERVATIONS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Authority } from './authority.ts';
import type { Ledger } from './ports.ts';

/**
 * One sweep: ends the holds that are over, through the authority like every other decision. Never early: the batch looks
 * at the clock again under the pools' locks. Returns how many holds ended.
 */
export async function sweepOverdue(ledger: Ledger, authority: Authority): Promise<number> {
  const pools = await ledger.findOverduePools(SWEEP_RESERVATIONS_MAX);
  if (pools.length === 0) return 0;
  const result = await authority.submit({ kind: 'expire', pools });
  return result.ok && result.value.kind === 'tended' ? result.value.changed : 0;
}

/** Gives up transfers that nobody has sent in time. Returns how many. */
export async function sweepTransfers(ledger: Ledger, authority: Authority): Promise<number> {
  const transferIds = await ledger.findOverdueTransfers(SWEEP_RESERVATIONS_MAX);
  if (transferIds.length === 0) return 0;
  await authority.submit({ kind: 'expire-transfers', transferIds });
  return transferIds.length;
}

/**
 * What lives that are over still hold goes in doubt, a batch of pools at a time: their term has passed without a word, or
 * they are retired. Returns how many lives were looked at.
 */
export async function sweepLapsed(ledger: Ledger, authority: Authority): Promise<number> {
  const lives = await ledger.findLapsedLives(LIVES_MAX);
  for (const life of lives) {
    const pools = await ledger.findPoolsOf(life, BATCH_POOLS_MAX);
    await authority.submit({ kind: 'lapse', life, pools });
  }
  return lives.length;
}

/** Takes back what went in doubt under a report deadline that has passed. Returns how many allotments. */
export async function sweepDeadlines(
  ledger: Ledger,
  authority: Authority,
  reportMs: number,
): Promise<number> {
  const late = await ledger.findPastDeadline(reportMs, SWEEP_RESERVATIONS_MAX);
  for (const { storeId, sku, tillId, life } of late) {
    const by = { cause: 'report-deadline', forcedBy: 'authority', reason: 'not reported in time' } as const;
    await authority.submit({ kind: 'force', pool: { storeId, sku }, of: { tillId, life }, by });
  }
  return late.length;
}

const LIVES_MAX = 20;
