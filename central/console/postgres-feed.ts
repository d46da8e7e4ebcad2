/** The feed's pages in Postgres. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Effect } from '../events/postgres-effects.ts';
import type { Pool } from '../platform/postgres.ts';
import { arrayLiteral, type Column, columnsFrom, columnsOf } from '../platform/postgres-columns.ts';
import { type FeedEntry, type FeedPage, type FeedWish, isWished, keysOfWish } from './feed-pages.ts';

/** An entry with the log it belongs to. */
export type KeptEntry = FeedEntry & { readonly logId: string };

export interface FeedQuestion extends FeedWish {
  /** Only events before this position; null begins with the newest. */
  readonly before: number | null;
  /** Only events that changed a pool. */
  readonly ofPools: boolean;
  readonly rowsMax: number;
}

/** The feed shows the newest events; all others stand in the inventory's log. A busy chain has a million in an hour. */
export const FEED_EVENTS_MAX = 1_000_000;
/** Old pages are removed so many events at a time. */
const TRIM_EVERY_EVENTS = 10_000;
/** Pages asked for at once, doubled from look to look: the newest mostly do, and a rare event lies far back. */
const FIRST_PAGES = 4;
const PAGES_MAX = 32;

const pageColumns: readonly Column<FeedPage>[] = [
  ['last_position', 'bigint', ({ lastPosition }) => lastPosition],
  ['first_position', 'bigint', ({ firstPosition }) => firstPosition],
  ['log_id', 'uuid', ({ logId }) => logId],
  ['keys', 'text', ({ keys }) => arrayLiteral(keys)],
  ['events', 'text', ({ entries }) => pack(entries).toString('base64')],
];

/** Adds pages and, from time to time, removes what is older than {@link FEED_EVENTS_MAX}. */
export function feedEffectsOf(pages: readonly FeedPage[]): Effect[] {
  const first = pages[0]?.firstPosition ?? 0;
  const last = pages.at(-1)?.lastPosition ?? 0;
  const trimmed = Math.floor(last / TRIM_EVERY_EVENTS) * TRIM_EVERY_EVENTS;
  return [
    {
      name: 'f',
      text: (at, guard) => `insert into feed_pages (last_position, first_position, log_id, keys, events)
        select last_position, first_position, log_id, keys::int[], decode(events, 'base64')
          from ${columnsFrom(pageColumns, at)} f where ${guard}`,
      values: columnsOf(pageColumns, pages),
    },
    ...(first <= trimmed && trimmed > FEED_EVENTS_MAX ? [trimming(trimmed - FEED_EVENTS_MAX)] : []),
  ];
}

function trimming(upTo: number): Effect {
  return {
    name: 't',
    text: (at, guard) => `delete from feed_pages where last_position <= $${at} and ${guard}`,
    values: [upTo],
  };
}

const OPENING_BRACKET = 0x5b;

/** A quarter of the text, for less than Postgres' own compression costs. */
function pack(entries: readonly FeedEntry[]): Buffer {
  return zstdCompressSync(JSON.stringify(entries), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Pages that a migration made are plain text. */
function unpack(packed: Buffer): readonly FeedEntry[] {
  const text = packed[0] === OPENING_BRACKET ? packed : zstdDecompressSync(packed);
  return JSON.parse(text.toString('utf8'));
}

/** Newest first. */
export async function readFeed(pool: Pool, question: FeedQuestion): Promise<KeptEntry[]> {
  const { rowsMax } = question;
  let found: KeptEntry[] = [];
  let below = Number.MAX_SAFE_INTEGER;
  for (let pagesMax = FIRST_PAGES; ; pagesMax = Math.min(pagesMax * 2, PAGES_MAX)) {
    const pages = await readPages(pool, question, below, pagesMax);
    for (const page of pages) {
      // Pages may overlap: enough is found only when the next one ends below it.
      const least = found[rowsMax - 1];
      if (least !== undefined && page.lastPosition < least.position) return found.slice(0, rowsMax);
      found = [...found, ...entriesOf(page, question)].sort((one, other) => other.position - one.position);
      below = page.lastPosition;
    }
    if (pages.length < pagesMax) return found.slice(0, rowsMax);
  }
}

interface ReadPage {
  readonly lastPosition: number;
  readonly logId: string;
  readonly events: Buffer;
}

async function readPages(
  pool: Pool,
  question: FeedQuestion,
  below: number,
  pagesMax: number,
): Promise<readonly ReadPage[]> {
  const { rows } = await pool.query<ReadPage>(
    `select last_position as "lastPosition", log_id as "logId", events from feed_pages
      where last_position < $1 and first_position < $2 and (keys is null or keys @> $3::int[])
      order by last_position desc limit $4`,
    [below, question.before ?? Number.MAX_SAFE_INTEGER, arrayLiteral(keysOfWish(question)), pagesMax],
  );
  return rows;
}

function entriesOf({ logId, events }: ReadPage, question: FeedQuestion): KeptEntry[] {
  const { before, ofPools } = question;
  return unpack(events)
    .filter(
      (entry) =>
        (before === null || entry.position < before) &&
        (!ofPools || entry.onHandAfter !== null) &&
        isWished(entry, question),
    )
    .map((entry) => ({ ...entry, logId }));
}
