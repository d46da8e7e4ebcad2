/** Reads a CSV file as a stream, row by row; a bad row is told and the next one read. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { type CsvError, parse } from 'csv-parse';
import type { FileKind } from './import-rows.ts';
import { reasonOf } from './platform/startup-problem.ts';

/** The file as a whole cannot be read; the message is one sentence that says what to do. */
export class ImportProblem extends Error {
  override readonly name = 'ImportProblem';
}

/** A row that was left out. */
export interface BadRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

export interface ReadOptions<Row> {
  readonly file: string;
  readonly kind: FileKind<Row>;
  readonly onBad: (bad: BadRow) => void;
  /** Bytes of the file that were read so far, for a progress bar. */
  readonly onBytes?: (done: number, total: number) => void;
}

export interface ReadRow<Row> {
  readonly line: number;
  readonly row: Row;
}

const recordBytesMax = 64 * 1024;

/** The good rows in file order, with their line numbers. A file ending in `.gz` is unpacked. */
export async function* readRows<Row>(options: ReadOptions<Row>): AsyncGenerator<ReadRow<Row>> {
  const { file, kind, onBad } = options;
  const size = await sizeOf(file);
  const input = createReadStream(file);
  const skipped: BadRow[] = []; // the parser runs ahead of the rows: told when the reading comes to their place
  const tellSkippedBefore = (line: number): void => {
    while (skipped[0] !== undefined && skipped[0].line < line) onBad(skipped.shift() as BadRow);
  };
  const parser = parse({
    bom: true,
    columns: (header: string[]) => checkHeader(header, kind, file),
    info: true,
    skip_empty_lines: true,
    relax_column_count: false,
    max_record_size: recordBytesMax,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined): undefined => {
      skipped.push({ file, line: lineOf(error), reason: shapeReason(error) });
    },
  });
  const unpacked = file.endsWith('.gz') ? input.pipe(createGunzip()) : input;
  input.on('error', (error) => unpacked.destroy(error));
  unpacked.on('error', (error: Error) => parser.destroy(error));
  unpacked.pipe(parser);
  let last = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      options.onBytes?.(input.bytesRead, size);
      last = info.lines;
      tellSkippedBefore(last);
      const parsed = kind.schema.safeParse(record);
      if (parsed.success) yield { line: info.lines, row: parsed.data };
      else onBad({ file, line: info.lines, reason: parsed.error.issues.map(sayIssue).join('; ') });
    }
  } catch (error) {
    if (error instanceof ImportProblem) throw error;
    throw new ImportProblem(
      `The file ${file} cannot be read after line ${last} (${reasonOf(error)}): get a whole copy and import it again; nothing is booked twice.`,
      { cause: error },
    );
  } finally {
    tellSkippedBefore(Number.POSITIVE_INFINITY);
    input.destroy();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new ImportProblem(
      `The file ${file} cannot be opened (${cause.code ?? cause.message}): check its name.`,
      { cause },
    );
  });
  if (!found.isFile()) throw new ImportProblem(`${file} is not a file: name one CSV file.`);
  if (found.size === 0)
    throw new ImportProblem(`The file ${file} is empty: its first line must name the columns.`);
  return found.size;
}

function checkHeader(header: readonly string[], kind: FileKind<unknown>, file: string): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const missing = kind.required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const has = names.join(', ').slice(0, 200);
    throw new ImportProblem(
      `The ${kind.name} file ${file} lacks the column ${missing.join(' and ')}: its first line is "${has}".`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index && kind.required.includes(name));
  if (twice !== undefined)
    throw new ImportProblem(`The ${kind.name} file ${file} has the column ${twice} twice: leave one.`);
  return names;
}

function sayIssue(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${issue.path.join('.')} ${issue.message}`;
}

function lineOf(error: CsvError | undefined): number {
  return Number((error as { lines?: number } | undefined)?.lines ?? 0);
}

function shapeReason(error: CsvError | undefined): string {
  if (error?.code === 'CSV_RECORD_INCONSISTENT_COLUMNS')
    return 'has another number of fields than the first line';
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED')
    return 'opens a quotation mark that is never closed: everything after it was left out';
  if (error?.code === 'CSV_MAX_RECORD_SIZE') return `is longer than ${recordBytesMax} bytes`;
  return reasonOf(error ?? 'cannot be read');
}
