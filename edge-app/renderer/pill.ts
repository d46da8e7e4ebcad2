import type { TillStatus } from '../till/till.ts';

export type PillState = 'online' | 'connecting' | 'offline' | 'catching-up' | 'needs-help' | 'disk-failed';

/** What the pill must remember from one status to the next. */
export interface PillMemory {
  readonly state: PillState;
  /** The longest the queue has been since it was last empty while the centre was away. */
  readonly peak: number;
}

export const FIRST_PILL: PillMemory = { state: 'connecting', peak: 0 };

/** A queue this long is an outage's even when the outage itself was not seen. */
const CATCHING_UP_FROM = 10;

/** The state that the pill shows. Pure: greetings between two failures do not make it flicker. */
export function nextPill(before: PillMemory, status: TillStatus): PillMemory {
  const { sync } = status;
  const waiting = sync.waiting.count;
  if (status.journalFailure !== null) return { state: 'disk-failed', peak: before.peak };
  if (sync.state === 'halted') return { state: 'needs-help', peak: before.peak };
  if (sync.state === 'offline' || sync.state === 'stopped') {
    return {
      state: sync.state === 'stopped' ? before.state : 'offline',
      peak: Math.max(before.peak, waiting),
    };
  }
  if (sync.state === 'greeting') return { state: before.state, peak: Math.max(before.peak, waiting) };
  if (waiting === 0) return { state: 'online', peak: 0 };
  const away = before.state === 'offline' || before.state === 'catching-up';
  if (away || waiting >= CATCHING_UP_FROM)
    return { state: 'catching-up', peak: Math.max(before.peak, waiting) };
  return { state: 'online', peak: 0 };
}
