/** Reads what strace wrote and says of each sale whether its flush came first. */

/** A flush of a file of the profile's IndexedDB; seconds of the wall clock. */
export interface Flush {
  readonly file: string;
  readonly returnedAt: number;
  readonly calledAt: number;
}

export interface SaleTimes {
  readonly sequence: number;
  /** When the sale was finished by hand: nothing of it can have been written before. */
  readonly pressedAt: number;
  readonly labelAt: number;
}

export interface Judgement {
  readonly violations: readonly { readonly sequence: number; readonly why: string }[];
  readonly flushesWithin: number;
  /** The shortest time from a sale's last flush to its label. */
  readonly shortestMs: number;
}

const WHOLE = /^(\d+)\s+(\d+\.\d+) f(?:data)?sync\(\d+<([^>]*)>\)\s+= 0 <(\d+\.\d+)>/;
const BEGUN = /^(\d+)\s+(\d+\.\d+) f(?:data)?sync\(\d+<([^>]*)> <unfinished/;
const ENDED = /^(\d+)\s+(\d+\.\d+) <\.\.\. f(?:data)?sync resumed>\)\s+= 0 </;

/** Only calls that returned 0, and only for files below an IndexedDB folder. */
export function readFlushes(trace: string): Flush[] {
  const flushes: Flush[] = [];
  const begun = new Map<string, { file: string; calledAt: number }>();
  const keep = (file: string, calledAt: number, returnedAt: number): void => {
    if (file.includes('/IndexedDB/')) flushes.push({ file, calledAt, returnedAt });
  };
  for (const line of trace.split('\n')) {
    const whole = WHOLE.exec(line);
    if (whole !== null) {
      const calledAt = Number(whole[2]);
      keep(whole[3] ?? '', calledAt, calledAt + Number(whole[4]));
      continue;
    }
    const start = BEGUN.exec(line);
    if (start !== null) begun.set(start[1] ?? '', { file: start[3] ?? '', calledAt: Number(start[2]) });
    const end = ENDED.exec(line);
    const call = end === null ? undefined : begun.get(end[1] ?? '');
    if (end !== null && call !== undefined) keep(call.file, call.calledAt, Number(end[2]));
  }
  return flushes;
}

/** A sale is proven when a flush that was called after its last keystroke returned before its label stood there. */
export function judge(sales: readonly SaleTimes[], flushes: readonly Flush[]): Judgement {
  const violations: { sequence: number; why: string }[] = [];
  let flushesWithin = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  for (const { sequence, pressedAt, labelAt } of sales) {
    const own = flushes.filter((flush) => flush.calledAt >= pressedAt && flush.returnedAt <= labelAt);
    flushesWithin += own.length;
    const last = Math.max(...own.map((flush) => flush.returnedAt));
    if (own.length > 0) shortestMs = Math.min(shortestMs, (labelAt - last) * 1_000);
    else violations.push({ sequence, why: 'its label stood before any flush of IndexedDB returned' });
  }
  return { violations, flushesWithin, shortestMs };
}
