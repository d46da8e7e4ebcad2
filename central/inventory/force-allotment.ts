import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import type { Authority } from './authority.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';
import type { LifeKey } from './ports.ts';

export type StoreAllotment = AllotmentRow & { readonly storeId: string };

/** What forcing reads and remembers. */
export interface ForceBook {
  findAllotment(of: LifeKey & { readonly sku: string }): Promise<StoreAllotment | null>;
  findAnswer(command: KeyedCommand): Promise<KeptAnswer<Forced> | null>;
  keepAnswer(command: KeyedCommand, answer: Forced): Promise<KeptAnswer<Forced>>;
}

/** Two people take back what a silent till holds of a pool, at the risk that it has spent it. */
export interface ForceAllotment extends KeyedCommand {
  readonly storeId: string;
  readonly sku: string;
  readonly tillId: string;
  readonly life: number;
  readonly reason: string;
  readonly forcedBy: string;
  readonly approvedBy: string;
  /** The position of the allotment that they looked at. */
  readonly expectedPosition: number;
}

export interface Forced {
  readonly allotment: StoreAllotment;
  /** Units that are free again although the till may have spent them. */
  readonly exposureUnits: number;
}

export type ForceFailure =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale'; readonly current: StoreAllotment }
  /** It was forced or settled before: nothing is left to take back. */
  | { readonly kind: 'over'; readonly current: StoreAllotment }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed' };

/**
 * Forces through the authority, if the allotment is still as it was seen. A till that reports between the look and the
 * act has its report booked first, and only what is left then is taken: the exposure names it.
 */
export async function forceAllotment(
  book: ForceBook,
  authority: Pick<Authority, 'submit'>,
  command: ForceAllotment,
): Promise<Result<KeptAnswer<Forced>, ForceFailure>> {
  const kept = await book.findAnswer(command);
  if (kept !== null) return success(kept);
  const { storeId, sku, tillId, life, expectedPosition } = command;
  const before = await book.findAllotment(command);
  if (before === null) return failure({ kind: 'unknown' });
  if (before.position !== expectedPosition) return failure({ kind: 'stale', current: before });
  if (before.state === 'FORCED' || before.state === 'SETTLED')
    return failure({ kind: 'over', current: before });
  const outcome = await authority.submit({
    kind: 'force',
    pool: { storeId, sku },
    of: { tillId, life },
    by: {
      cause: 'person',
      forcedBy: `${command.forcedBy}, approved by ${command.approvedBy}`,
      reason: command.reason,
    },
  });
  if (!outcome.ok) return failure({ kind: outcome.error === 'busy' ? 'busy' : 'failed' });
  const allotment = (await book.findAllotment(command)) ?? before;
  // The authority found it over: somebody else's act came in between.
  if (outcome.value.kind === 'tended' && outcome.value.changed === 0)
    return failure({ kind: 'over', current: allotment });
  return success(await book.keepAnswer(command, { allotment, exposureUnits: unspentOf(before) }));
}
