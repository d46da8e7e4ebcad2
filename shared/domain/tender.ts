/** What a customer pays with. Of a card only what its terminal prints: never its number. */
export type Tender =
  | { readonly kind: 'cash'; readonly amountMinor: number }
  | {
      readonly kind: 'card';
      readonly amountMinor: number;
      /** The terminal's own number of the payment. */
      readonly reference: string;
      readonly lastFour: string;
    }
  | { readonly kind: 'pix'; readonly amountMinor: number; readonly reference: string }
  | { readonly kind: 'voucher'; readonly amountMinor: number; readonly reference: string };

export const TENDER_KINDS = ['cash', 'card', 'pix', 'voucher'] as const;
export type TenderKind = Tender['kind'];

/** How the tenders stand against what is due. */
export interface Settlement {
  /** What cash rounding adds to the total (or takes off it); 0 where no cash is given. */
  readonly roundingMinor: number;
  readonly missingMinor: number;
  readonly changeMinor: number;
  /** What tenders other than cash are beyond the total: nothing gives change for them. */
  readonly overMinor: number;
}

/**
 * Sets the tenders against the total. Cash covers what the others leave, rounded to the smallest coin when the chain
 * rounds; only cash has change.
 */
export function settleTenders(
  totalMinor: number,
  tenders: readonly Tender[],
  cashRoundingMinor: number | null,
): Settlement {
  const cash = tenders.filter(({ kind }) => kind === 'cash');
  const cashMinor = sumOf(cash);
  const rest = totalMinor - (sumOf(tenders) - cashMinor);
  const overMinor = Math.max(0, -rest);
  if (cash.length === 0)
    return { roundingMinor: 0, missingMinor: Math.max(0, rest), changeMinor: 0, overMinor };
  const due = roundCash(Math.max(0, rest), cashRoundingMinor);
  return {
    roundingMinor: due - Math.max(0, rest),
    missingMinor: Math.max(0, due - cashMinor),
    changeMinor: Math.max(0, cashMinor - due),
    overMinor,
  };
}

/** An amount in coins: to the nearest multiple of the smallest, halves up. */
export function roundCash(amountMinor: number, cashRoundingMinor: number | null): number {
  if (cashRoundingMinor === null) return amountMinor;
  return Math.floor((2 * amountMinor + cashRoundingMinor) / (2 * cashRoundingMinor)) * cashRoundingMinor;
}

export type TenderProblem = 'tender-amount' | 'tender-incomplete' | 'tender-card-number';

/** Why a tender cannot be taken as it was typed; null when it can. */
export function problemOfTender(tender: Tender, referenceMaxCharacters: number): TenderProblem | null {
  if (!Number.isSafeInteger(tender.amountMinor) || tender.amountMinor < 0) return 'tender-amount';
  if (tender.kind === 'cash') return null;
  if (tender.amountMinor === 0) return 'tender-amount';
  if (looksLikeCardNumber(tender.reference)) return 'tender-card-number';
  const reference = tender.reference.trim();
  if (reference === '' || reference.length > referenceMaxCharacters || /\p{Cc}/u.test(reference)) {
    return 'tender-incomplete';
  }
  return tender.kind === 'card' && !/^\d{4}$/.test(tender.lastFour) ? 'tender-incomplete' : null;
}

/**
 * Whether a text holds a payment card's number: 13 to 19 digits in a row, however they are grouped, with its check digit
 * (ISO/IEC 7812). Longer rows are none: a Pix id has a row of twenty.
 */
export function looksLikeCardNumber(text: string): boolean {
  const rows = text.normalize('NFKC').match(/\d(?:[\s.\-/_]*\d)*/g) ?? [];
  return rows.some((row) => {
    const digits = row.replace(/\D/g, '');
    return digits.length >= 13 && digits.length <= 19 && passesLuhn(digits);
  });
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

function sumOf(tenders: readonly Tender[]): number {
  return tenders.reduce((total, { amountMinor }) => total + amountMinor, 0);
}
