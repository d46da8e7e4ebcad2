import type { JournalHead, JournalIdentity, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import idbAdapter from 'pouchdb-adapter-idb';
import PouchDB from 'pouchdb-core/lib/index.js';
import { type Journal, JournalError } from '../checkout/ports.ts';
import { type AppendQueue, createAppendQueue } from './append-queue.ts';
import { checkLink, EMPTY_HEAD } from './entry.ts';
import { type DurabilityWatch, installStrictDurability } from './strict-durability.ts';

PouchDB.plugin(idbAdapter);

export interface PouchJournalOptions {
  readonly identity: JournalIdentity;
  readonly scheduler: Scheduler;
  /** Installed on this page's IndexedDB when left out; a test may hand in one that is not strict. */
  readonly watch?: DurabilityWatch;
}

export interface PouchJournal extends Journal {
  /** Resolves when the records before the verified tail have been verified too, in idle time. */
  readonly wholeChainVerified: Promise<void>;
  /** What an earlier life of this till has left on this disk. */
  earlierLife(life: number): Pick<Journal, 'read'>;
}

interface RecordDocument {
  readonly sequence: number;
  readonly hash: string;
  readonly raw: string;
}

/** Records verified before the till opens: more than a day of a busy till. The rest follows in idle time. */
const TAIL_RECORDS = 500;
const IDLE_RECORDS = 200;
const IDLE_PAUSE_MS = 50;
const SEQUENCE_DIGITS = 12;
const HASH_CHARACTERS = 16;

/**
 * The till's journal in the browser: one document per record, its text stored as it was hashed, never updated.
 * Refuses to open where writes would be confirmed before they are flushed.
 */
export async function openPouchJournal(options: PouchJournalOptions): Promise<PouchJournal> {
  const { identity, scheduler } = options;
  const watch = options.watch ?? installStrictDurability();
  const database = new PouchDB(`gondola-journal-${identity.tillId}`, {
    adapter: 'idb',
    auto_compaction: false,
    // Documents never change, so there are no old revisions to keep.
    revs_limit: 1,
  });
  try {
    await assertStrict(database, watch);
    const { head, verifiedFrom } = await openTail(database, identity);
    const queue = createAppendQueue(identity, head, (sealed) =>
      putRecord(database, identity.life, sealed, watch),
    );
    const wholeChainVerified = verifyInIdle(database, identity, verifiedFrom, scheduler, queue);
    return {
      wholeChainVerified,
      earlierLife: (life) => ({
        read: (firstSequence, recordsMax) => readRecords(database, life, firstSequence, recordsMax),
      }),
      head: queue.head,
      append: queue.append,
      failure: queue.failure,
      read: (firstSequence, recordsMax) => readRecords(database, identity.life, firstSequence, recordsMax),
      async close() {
        await queue.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Life, sequence and hash: two forks of one journal never collide in a vault. */
function documentId(life: number, sealed: SealedRecord): string {
  return `${idStart(life, sealed.sequence)}-${sealed.hash.slice(0, HASH_CHARACTERS)}`;
}

function idStart(life: number, sequence: number): string {
  return `${String(life).padStart(6, '0')}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** Writes and reads a probe of this opening: what the browser reports about that write decides. */
async function assertStrict(database: PouchDB, watch: DurabilityWatch): Promise<void> {
  const probe = '_local/durability-probe';
  const before = await database.get<{ opened: number }>(probe).catch(() => null);
  const opened = (before?.opened ?? 0) + 1;
  await database.put({ _id: probe, opened, ...(before === null ? {} : { _rev: before._rev }) });
  const after = await database.get<{ opened: number }>(probe);
  if (watch.last() === 'strict' && after.opened === opened) return;
  throw new JournalError(
    'not-strict',
    'This browser confirms writes before they are on disk, so a power cut could lose a sale. ' +
      'Use Chromium 114 or newer, and a profile on a local disk.',
  );
}

async function putRecord(
  database: PouchDB,
  life: number,
  sealed: SealedRecord,
  watch: DurabilityWatch,
): Promise<void> {
  const { sequence, hash, raw } = sealed;
  await database.put({ _id: documentId(life, sealed), sequence, hash, raw });
  if (watch.last() !== 'strict') throw new JournalError('not-strict', 'A write was not strict.');
}

async function readRecords(
  database: PouchDB,
  life: number,
  firstSequence: number,
  recordsMax: number,
): Promise<SealedRecord[]> {
  if (recordsMax < 1) return [];
  const { rows } = await database.allDocs<RecordDocument>({
    startkey: idStart(life, firstSequence),
    endkey: `${idStart(life, firstSequence + recordsMax - 1)}-\uffff`,
    include_docs: true,
  });
  return rows.flatMap((row) => {
    if (row.doc === undefined) return [];
    const { sequence, hash, raw } = row.doc;
    return [{ sequence, hash, raw }];
  });
}

async function lastSequence(database: PouchDB, life: number): Promise<number> {
  const { rows } = await database.allDocs({
    startkey: `${idStart(life, 10 ** SEQUENCE_DIGITS - 1)}-\uffff`,
    endkey: idStart(life, 0),
    descending: true,
    limit: 1,
  });
  const id = rows[0]?.id;
  return id === undefined ? 0 : Number(id.split('-')[1]);
}

async function openTail(
  database: PouchDB,
  identity: JournalIdentity,
): Promise<{ readonly head: JournalHead; readonly verifiedFrom: number }> {
  const last = await lastSequence(database, identity.life);
  if (last === 0) return { head: EMPTY_HEAD, verifiedFrom: 1 };
  const first = Math.max(1, last - TAIL_RECORDS + 1);
  const head = await verifyRange(database, identity, first, last);
  return { head, verifiedFrom: first };
}

async function verifyRange(
  database: PouchDB,
  identity: JournalIdentity,
  first: number,
  last: number,
): Promise<JournalHead> {
  const records = await readRecords(database, identity.life, first, last - first + 1);
  let head: JournalHead | null = first === 1 ? EMPTY_HEAD : null;
  for (const sealed of records) head = checkLink(identity, head, sealed);
  if (head === null || records.length !== last - first + 1) {
    throw new JournalError('broken-chain', `The journal lacks records between ${first} and ${last}.`);
  }
  return head;
}

/** Ranges overlap by one record, so that the links between them are checked too. */
async function verifyInIdle(
  database: PouchDB,
  identity: JournalIdentity,
  verifiedFrom: number,
  scheduler: Scheduler,
  queue: AppendQueue,
): Promise<void> {
  for (let last = verifiedFrom; last > 1; ) {
    await new Promise<void>((resolve) => void scheduler.after(IDLE_PAUSE_MS, resolve));
    if (queue.failure() !== null) return;
    const first = Math.max(1, last - IDLE_RECORDS);
    try {
      await verifyRange(database, identity, first, last);
    } catch (error) {
      if (error instanceof JournalError) queue.fail(error);
      return;
    }
    last = first;
  }
}
