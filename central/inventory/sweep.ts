import { SWEEP_RESERVATIONS_MAX } from '@gondola/shared/lib/limits.ts';
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
  return result.ok && result.value.kind === 'expired' ? result.value.reservations : 0;
}
