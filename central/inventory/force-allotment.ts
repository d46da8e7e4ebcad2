import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import type { Authority } from './authority.ts';
import type { KeptAnswer, KeyedCommand } from './kept-answer.ts';
import type { LifeKey } from './ports.ts';

export type StoreAllotment = AllotmentRow & { readonly storeId: string };

/** Who took units back, why, and how many. */
export interface ForcedBy {
  readonly forcedBy: string;
  readonly reason: string;
  readonly quantity: number;
}

/** What forcing reads and remembers. */
export interface ForceBook {
  /** The force that left the allotment as it is; null when it was something else. */
  findForce(allotment: StoreAllotment): Promise<ForcedBy | null>;
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
  /** Two people must agree. */
  | { readonly kind: 'same-person' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stale'; readonly current: StoreAllotment }
  /** It was forced or settled before: nothing is left to take back. */
  | { readonly kind: 'over'; readonly current: StoreAllotment }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed' };

/**
 * Forces through the authority, if the allotment is still as it was seen: looked at here, and again inside the authority's
 * batch, where a till that reports meanwhile is booked before or after, and never in between.
 */
export async function forceAllotment(
  book: ForceBook,
  authority: Pick<Authority, 'submit'>,
  command: ForceAllotment,
): Promise<Result<KeptAnswer<Forced>, ForceFailure>> {
  const kept = await book.findAnswer(command);
  if (kept !== null) return success(kept);
  const { storeId, sku, tillId, life, expectedPosition, forcedBy, approvedBy } = command;
  if (isSamePerson(forcedBy, approvedBy)) return failure({ kind: 'same-person' });
  const seen = await book.findAllotment(command);
  if (seen === null) return failure({ kind: 'unknown' });
  const by = `${forcedBy}, approved by ${approvedBy}`;
  if (seen.position !== expectedPosition) {
    // The same act, whose answer was lost before it was kept: the repeat is told what came of it.
    const force = seen.state === 'FORCED' ? await book.findForce(seen) : null;
    if (force?.forcedBy !== by || force.reason !== command.reason)
      return failure({ kind: 'stale', current: seen });
    return success(await book.keepAnswer(command, { allotment: seen, exposureUnits: force.quantity }));
  }
  if (isOver(seen)) return failure({ kind: 'over', current: seen });
  const outcome = await authority.submit({
    kind: 'force',
    pool: { storeId, sku },
    of: { tillId, life },
    by: { cause: 'person', forcedBy: by, reason: command.reason },
    seen,
  });
  if (!outcome.ok) return failure({ kind: outcome.error === 'busy' ? 'busy' : 'failed' });
  const current = (await book.findAllotment(command)) ?? seen;
  if (outcome.value.kind !== 'tended' || outcome.value.changed === 0)
    return failure({ kind: isOver(current) ? 'over' : 'stale', current });
  return success(await book.keepAnswer(command, { allotment: current, exposureUnits: unspentOf(seen) }));
}

function isOver({ state }: StoreAllotment): boolean {
  return state === 'FORCED' || state === 'SETTLED';
}

/** However the name is written: capitals, accents as one sign or two, and spaces make nobody another person. */
function isSamePerson(left: string, right: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
  return plain(left) === plain(right);
}
