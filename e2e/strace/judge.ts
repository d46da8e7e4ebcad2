/** Reads what strace wrote and says of each sale whether its own record was flushed before its label stood there. */

/** A call that has returned, for a file of the profile's IndexedDB; seconds of the wall clock. */
interface Call {
  readonly kind: 'write' | 'flush';
  readonly file: string;
  readonly calledAt: number;
  readonly returnedAt: number;
  /** What was written, as strace shows it; '' of a flush. */
  readonly content: string;
}

export interface SaleTimes {
  readonly sequence: number;
  /** When the receipt's label was first in the document. */
  readonly labelAt: number;
}

export interface Judgement {
  readonly flushes: number;
  readonly violations: readonly { readonly sequence: number; readonly why: string }[];
  /** The shortest time from a record's flush to its label. */
  readonly shortestMs: number;
}

const NAMES = '(f(?:data)?sync|p?write(?:64)?)';
const CALL = new RegExp(`^(\\d+)\\s+(\\d+\\.\\d+) ${NAMES}\\(\\d+<([^>]*)>(.*)$`);
const RESUMED = new RegExp(`^(\\d+)\\s+(\\d+\\.\\d+) <\\.\\.\\. ${NAMES} resumed>`);
const WELL = /\s=\s\d+ <(\d+\.\d+)>$/;

/** Only calls that ended well. */
export function readCalls(trace: string): Call[] {
  const calls: Call[] = [];
  const begun = new Map<string, Omit<Call, 'returnedAt'>>();
  for (const line of trace.split('\n')) {
    const resumed = RESUMED.exec(line);
    if (resumed !== null) {
      const call = begun.get(resumed[1] ?? '');
      begun.delete(resumed[1] ?? '');
      if (call !== undefined && WELL.test(line)) calls.push({ ...call, returnedAt: Number(resumed[2]) });
      continue;
    }
    const [, thread = '', at, name = '', file = '', content = ''] = CALL.exec(line) ?? [];
    if (!file.includes('/IndexedDB/')) continue;
    const call = {
      kind: name.includes('sync') ? 'flush' : 'write',
      file,
      content,
      calledAt: Number(at),
    } as const;
    const took = WELL.exec(line)?.[1];
    if (took !== undefined) calls.push({ ...call, returnedAt: call.calledAt + Number(took) });
    else begun.set(thread, call);
  }
  return calls;
}

/** The place of a record in the text that the journal hashed and stored. */
const recordOf = (sequence: number): string => `\\"sequence\\":${sequence},\\"previousHash\\"`;

/** A sale is proven when its record was written, and a flush of that file began after it and returned before the label. */
export function judge(sales: readonly SaleTimes[], calls: readonly Call[]): Judgement {
  const flushes = calls.filter(({ kind }) => kind === 'flush');
  const violations: { sequence: number; why: string }[] = [];
  let shortestMs = Number.POSITIVE_INFINITY;
  for (const { sequence, labelAt } of sales) {
    const written = calls.find(
      ({ kind, content }) => kind === 'write' && content.includes(recordOf(sequence)),
    );
    if (written === undefined) {
      violations.push({ sequence, why: 'its record was not seen being written' });
      continue;
    }
    const proof = flushes.find(
      (flush) =>
        flush.file === written.file && flush.calledAt >= written.returnedAt && flush.returnedAt <= labelAt,
    );
    if (proof === undefined)
      violations.push({ sequence, why: 'its label stood before its record was flushed' });
    else shortestMs = Math.min(shortestMs, (labelAt - proof.returnedAt) * 1_000);
  }
  return { flushes: flushes.length, violations, shortestMs };
}
