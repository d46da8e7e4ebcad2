import type { ReadinessLight, TillStatus } from './till.ts';

/** What the browser says of its storage; null where it does not say. */
export interface StorageFacts {
  readonly persisted: boolean;
  readonly freeBytes: number | null;
}

const FREE_BYTES_CAREFUL = 500_000_000;
const FREE_BYTES_BAD = 50_000_000;
const CLOCK_ERROR_CAREFUL_MS = 5_000;
const CLOCK_ERROR_BAD_MS = 60_000;
const CONTACT_CAREFUL_MS = 60_000;
const QUEUE_CAREFUL = 500;

/** Whether the till could go on alone from now, light by light. Pure. */
export function readinessOf(
  status: TillStatus,
  storage: StorageFacts | null,
  nowMs: number,
): ReadinessLight[] {
  const { sync } = status;
  const loading = sync.catalogueProgress !== null;
  const silentMs = sync.lastContactAtMs === null ? null : nowMs - sync.lastContactAtMs;
  const clockErrorMs = sync.clockErrorMs === null ? null : Math.abs(sync.clockErrorMs);
  return [
    { id: 'journal', state: status.journalFailure === null ? 'good' : 'bad', value: null },
    {
      id: 'catalogue',
      state: status.catalogueSize === 0 ? 'bad' : loading ? 'careful' : 'good',
      value: status.catalogueSize,
    },
    { id: 'contact', state: contactState(sync.state, silentMs), value: silentMs },
    {
      id: 'queue',
      state: sync.waiting.count > QUEUE_CAREFUL ? 'careful' : 'good',
      value: sync.waiting.count,
    },
    { id: 'decisions', state: status.openConflicts === 0 ? 'good' : 'careful', value: status.openConflicts },
    {
      id: 'storage',
      state: storage === null ? 'unknown' : storage.persisted ? 'good' : 'careful',
      value: null,
    },
    { id: 'space', state: spaceState(storage?.freeBytes ?? null), value: storage?.freeBytes ?? null },
    {
      id: 'clock',
      state: above(clockErrorMs, CLOCK_ERROR_CAREFUL_MS, CLOCK_ERROR_BAD_MS),
      value: clockErrorMs,
    },
  ];
}

function contactState(state: TillStatus['sync']['state'], silentMs: number | null): ReadinessLight['state'] {
  if (silentMs === null) return 'unknown';
  const away = state === 'offline' || state === 'halted' || silentMs > CONTACT_CAREFUL_MS;
  return away ? 'careful' : 'good';
}

function above(value: number | null, careful: number, bad: number): ReadinessLight['state'] {
  if (value === null) return 'unknown';
  return value > bad ? 'bad' : value > careful ? 'careful' : 'good';
}

function spaceState(freeBytes: number | null): ReadinessLight['state'] {
  if (freeBytes === null) return 'unknown';
  return freeBytes < FREE_BYTES_BAD ? 'bad' : freeBytes < FREE_BYTES_CAREFUL ? 'careful' : 'good';
}
