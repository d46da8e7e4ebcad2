/** How figures are written: pure, by language and currency. */
export interface Formats {
  money(minor: number): string;
  count(value: number): string;
  time(ms: number): string;
  dateTime(ms: number): string;
  /** A length of time in its largest fitting unit: "12 min". */
  since(ms: number): string;
  /** Minutes and seconds: "4:07". */
  countdown(ms: number): string;
  bytes(value: number): string;
  /** Of parts of ten thousand: "12.5%". */
  percent(basisPoints: number): string;
  /** To the gram: "1.250". */
  kilograms(grams: number): string;
  /** Digits behind the point of the currency. */
  readonly minorDigits: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Formats of one language and one currency. */
export function createFormats(language: string, currency: string): Formats {
  const money = new Intl.NumberFormat(language, { style: 'currency', currency });
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 });
  const kilograms = new Intl.NumberFormat(language, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' });
  const minorDigits = money.resolvedOptions().maximumFractionDigits ?? 2;
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  return {
    minorDigits,
    money: (minor) => money.format(minor / 10 ** minorDigits),
    count: (value) => number.format(value),
    time: (ms) => time.format(ms),
    dateTime: (ms) => dateTime.format(ms),
    since(ms) {
      if (ms < MINUTE_MS) return unit(Math.max(0, Math.floor(ms / SECOND_MS)), 'second');
      if (ms < HOUR_MS) return unit(Math.floor(ms / MINUTE_MS), 'minute');
      return ms < DAY_MS ? unit(Math.floor(ms / HOUR_MS), 'hour') : unit(Math.floor(ms / DAY_MS), 'day');
    },
    countdown(ms) {
      const seconds = Math.max(0, Math.ceil(ms / SECOND_MS));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
    percent: (basisPoints) => percent.format(basisPoints / 10_000),
    kilograms: (grams) => kilograms.format(grams / 1_000),
    bytes: (value) =>
      value < 1e9
        ? unit(Math.round(value / 1e6), 'megabyte')
        : unit(Math.round(value / 1e8) / 10, 'gigabyte'),
  };
}

/** The banknotes a drawer has, in major units; their keys stand beside the amount. */
export function notesOf(currency: string): readonly number[] {
  switch (currency) {
    case 'BRL':
      return [2, 5, 10, 20, 50, 100, 200];
    case 'USD':
      return [1, 5, 10, 20, 50, 100];
    case 'JPY':
      return [1_000, 5_000, 10_000];
    default:
      return [5, 10, 20, 50, 100, 200];
  }
}

/** A code that people can read to each other, from the id of a hold. */
export function pickUpCode(reservationId: string): string {
  return reservationId.replaceAll('-', '').slice(-6).toUpperCase();
}
