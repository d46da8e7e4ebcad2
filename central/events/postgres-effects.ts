/**
 * Changes of a consumer's rows, run as one statement: a round trip costs both sides more than the change of ten rows.
 */
import type { TopicSource } from '@gondola/shared/schemas/topics.ts';
import type { Queryable } from '../platform/postgres.ts';

/** A statement that inserts, changes or deletes rows. No two effects of a batch may touch the same row. */
export interface Effect {
  /** One letter, or a few: an effect of the same name has the same text, and the names of a batch name its statement. */
  readonly name: string;
  /** Its parameters are `$first` and those after it; it must change nothing where the condition `guard` is false. */
  readonly text: (first: number, guard: string) => string;
  readonly values: readonly unknown[];
}

/** A group's move through the log itself. */
export interface Move {
  readonly group: string;
  readonly source: TopicSource;
  readonly logId: string;
  readonly from: number;
  readonly to: number;
}

/** Moves the group's place and runs the effects, or does neither: false when the group stands elsewhere. */
export async function runEffectsAt(
  db: Queryable,
  effects: readonly Effect[],
  { group, source, logId, from, to }: Move,
): Promise<boolean> {
  const move = `place as (
    update bus_cursors set position = $5
     where consumer = $1 and source = $2 and partition = -1 and log_id = $3 and position = $4
       and not exists (select from bus_cursors where consumer = $1 and source = $2 and partition > -1 and position > $4)
    returning 1)`;
  const moveValues = [group, source, logId, from, to];
  const { parts, values } = partsOf(effects, moveValues, 'exists (select from place)');
  const { rows } = await db.query<{ moved: boolean }>({
    name: `move ${namesOf(effects)}`,
    text: `with ${[move, ...parts].join(', ')} select exists (select from place) as moved`,
    values,
  });
  return rows[0]?.moved === true;
}

/** Runs the effects; for a transaction that holds the place already. */
export async function runEffects(db: Queryable, effects: readonly Effect[]): Promise<void> {
  if (effects.length === 0) return;
  const { parts, values } = partsOf(effects, [], 'true');
  await db.query({
    name: `apply ${namesOf(effects)}`,
    text: `with ${parts.join(', ')} select`,
    values,
  });
}

function partsOf(
  effects: readonly Effect[],
  firstValues: readonly unknown[],
  guard: string,
): { readonly parts: readonly string[]; readonly values: unknown[] } {
  const values = [...firstValues];
  const parts = effects.map((effect, index) => {
    const part = `effect${index} as (${effect.text(values.length + 1, guard)})`;
    values.push(...effect.values);
    return part;
  });
  return { parts, values };
}

function namesOf(effects: readonly Effect[]): string {
  return effects.map(({ name }) => name).join('');
}
