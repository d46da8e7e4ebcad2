import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalHead, JournalIdentity, SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import { type Journal, JournalError } from '../checkout/ports.ts';
import { createAppendQueue } from './append-queue.ts';
import { checkLink, EMPTY_HEAD } from './entry.ts';

export interface FileJournalOptions {
  readonly identity: JournalIdentity;
  readonly file: string;
}

/** Bytes read at once while a file is verified. */
const CHUNK_BYTES = 1_048_576;

/**
 * A journal in a file of Node: one line per record, `<hash> <raw>`, flushed by `fdatasync` before an append resolves.
 *
 * A last line that is not whole was never acknowledged: it is kept beside the file and cut off. Anything wrong before
 * the last line is refused: that is not a crash, and records behind it may have been acknowledged.
 */
export async function openFileJournal({ identity, file }: FileJournalOptions): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'a+');
  const ends: number[] = [];
  let head: JournalHead;
  try {
    head = await verify(handle, identity, ends, file);
    await handle.datasync();
  } catch (error) {
    await handle.close();
    throw error;
  }
  await flushFolder(dirname(file));
  const queue = createAppendQueue(identity, head, async (sealed) => {
    const line = Buffer.from(lineOf(sealed), 'utf8');
    await writeAll(handle, line);
    await handle.datasync();
    ends.push((ends.at(-1) ?? 0) + line.length);
  });
  return {
    head: queue.head,
    append: queue.append,
    failure: queue.failure,
    read: (firstSequence, recordsMax) => readLines(handle, ends, firstSequence, recordsMax),
    async close() {
      await queue.close();
      await handle.close();
    },
  };
}

function lineOf(sealed: SealedRecord): string {
  return `${sealed.hash} ${sealed.raw}\n`;
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, null)).bytesWritten;
  }
}

/** A new file is on disk only when its folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseLine(line: string, sequence: number): SealedRecord {
  const cut = line.indexOf(' ');
  return { sequence, hash: line.slice(0, cut), raw: line.slice(cut + 1) };
}

async function verify(
  handle: FileHandle,
  identity: JournalIdentity,
  ends: number[],
  file: string,
): Promise<JournalHead> {
  const { size } = await handle.stat();
  let head = EMPTY_HEAD;
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; position < size; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - position));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let newline = rest.indexOf(10); newline !== -1; newline = rest.indexOf(10)) {
      const line = rest.toString('utf8', 0, newline);
      const start = ends.at(-1) ?? 0;
      const isLast = position >= size && newline + 1 === rest.length;
      try {
        head = checkLink(identity, head, parseLine(line, head.sequence + 1));
      } catch (error) {
        if (!isLast || !(error instanceof JournalError) || !isTorn(line)) throw error;
        await cutOff(handle, file, start, rest);
        return head;
      }
      ends.push(start + newline + 1);
      rest = rest.subarray(newline + 1);
    }
  }
  if (rest.length > 0) await cutOff(handle, file, ends.at(-1) ?? 0, rest);
  return head;
}

/** A crash may leave blocks of zeros inside the last line; any other difference is not a crash's. */
function isTorn(line: string): boolean {
  return line.includes('\0');
}

async function cutOff(handle: FileHandle, file: string, start: number, torn: Buffer): Promise<void> {
  await writeFile(`${file}.torn-at-${start}`, torn);
  await handle.truncate(start);
}

async function readLines(
  handle: FileHandle,
  ends: readonly number[],
  firstSequence: number,
  recordsMax: number,
): Promise<SealedRecord[]> {
  const last = Math.min(ends.length, firstSequence + recordsMax - 1);
  if (last < firstSequence) return [];
  const start = ends[firstSequence - 2] ?? 0;
  const bytes = Buffer.alloc((ends[last - 1] ?? start) - start);
  await handle.read(bytes, 0, bytes.length, start);
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line, index) => parseLine(line, firstSequence + index));
}
