/** How figures are written: pure, by language. */
export interface Formats {
  count(value: number): string;
  /** With its sign: "+3", "−2". */
  change(value: number): string;
  time(ms: number): string;
  /** To the second: for events that follow each other closely. */
  exactTime(ms: number): string;
  dateTime(ms: number): string;
  /** The time alone when it was today, else with its date. */
  moment(ms: number, nowMs: number): string;
  /** A length of time in its largest fitting unit: "12 min". */
  since(ms: number): string;
  /** A clock's error, signed: "+2.5 s". */
  clockError(ms: number): string;
  /** "3.5 km". */
  distance(km: number): string;
  /** Minutes and seconds: "4:07". */
  countdown(ms: number): string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Formats of one language. */
export function createFormats(language: string): Formats {
  const number = new Intl.NumberFormat(language);
  const signed = new Intl.NumberFormat(language, { signDisplay: 'exceptZero' });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const exact = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
  const dateTime = new Intl.DateTimeFormat(language, {
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'short' });
  const unit = (value: number, name: string, signDisplay: 'auto' | 'exceptZero' = 'auto'): string =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: 1,
      signDisplay,
    }).format(value);
  return {
    count: (value) => number.format(value).replace('-', '−'),
    change: (value) => signed.format(value).replace('-', '−'),
    time: (ms) => time.format(ms),
    exactTime: (ms) => exact.format(ms),
    dateTime: (ms) => dateTime.format(ms),
    moment: (ms, nowMs) => (day.format(ms) === day.format(nowMs) ? time.format(ms) : dateTime.format(ms)),
    since(ms) {
      if (ms < MINUTE_MS) return unit(Math.max(0, Math.floor(ms / SECOND_MS)), 'second');
      if (ms < HOUR_MS) return unit(Math.floor(ms / MINUTE_MS), 'minute');
      return ms < DAY_MS ? unit(Math.floor(ms / HOUR_MS), 'hour') : unit(Math.floor(ms / DAY_MS), 'day');
    },
    clockError(ms) {
      const size = Math.abs(ms);
      if (size < MINUTE_MS) return unit(Math.round(ms / 100) / 10, 'second', 'exceptZero');
      return size < HOUR_MS
        ? unit(ms / MINUTE_MS, 'minute', 'exceptZero')
        : unit(ms / HOUR_MS, 'hour', 'exceptZero');
    },
    distance: (km) => unit(km, 'kilometer'),
    countdown(ms) {
      const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
  };
}
