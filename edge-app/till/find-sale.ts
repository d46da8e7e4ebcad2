import type { SealedRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Label } from '@gondola/shared/domain/labels.ts';
import type { JournalReader } from '@gondola/sync/client/ports.ts';
import type { ReturnableLine } from '../checkout/return-goods.ts';
import type { SellBody } from '../checkout/sale-body.ts';
import { toUndecided } from './follow-verdicts.ts';

/** A journal of this device: that of the till's life, or of one before it. */
export interface LifeJournal {
  readonly life: number;
  readonly journal: Pick<JournalReader, 'read'>;
}

export interface FoundSale {
  readonly receiptNumber: string;
  readonly recordedAt: string;
  readonly label: Label;
  readonly body: SellBody;
  readonly lines: readonly ReturnableLine[];
}

const READ_RECORDS = 500;

/** The sale of a receipt that this device has printed, and what has come back of it; null when there is none. */
export async function findSale(
  journals: readonly LifeJournal[],
  receiptNumber: string,
): Promise<FoundSale | null> {
  const place = /^(\d+)-0*(\d{1,15})$/.exec(receiptNumber.trim());
  if (place === null) return null;
  const [life, sequence] = [Number(place[1]), Number(place[2])];
  const own = journals.find((one) => one.life === life);
  const sealed = (await own?.journal.read(sequence, 1))?.[0];
  const record = sealed === undefined ? null : toUndecided(sealed);
  if (record === null || record.sequence !== sequence || record.body.type !== 'sell') return null;
  const { body, label, recordedAt } = record;
  const number = `${life}-${String(sequence).padStart(6, '0')}`;
  const returned = new Map<number, number>();
  for (const one of journals) {
    if (one.life >= life) await countReturned(one, number, one.life === life ? sequence + 1 : 1, returned);
  }
  const lines = body.lines.map((line, soldLine) => ({
    soldLine,
    sku: line.sku,
    quantity: line.quantity,
    unitPriceMinor: line.unitPriceMinor,
    paidMinor: line.quantity * line.unitPriceMinor - (line.discountMinor ?? 0),
    returned: returned.get(soldLine) ?? 0,
  }));
  return { receiptNumber: number, recordedAt, label, body, lines };
}

async function countReturned(
  { journal }: LifeJournal,
  receiptNumber: string,
  first: number,
  returned: Map<number, number>,
): Promise<void> {
  for (let next = first; ; ) {
    const page = await journal.read(next, READ_RECORDS);
    if (page.length === 0) return;
    for (const sealed of page) {
      for (const { soldLine, quantity } of linesReturned(sealed, receiptNumber)) {
        returned.set(soldLine, (returned.get(soldLine) ?? 0) + quantity);
      }
    }
    next += page.length;
  }
}

function linesReturned(
  sealed: SealedRecord,
  receiptNumber: string,
): { readonly soldLine: number; readonly quantity: number }[] {
  // Parsing a year's records would take seconds; almost none of them name a receipt.
  if (!sealed.raw.includes(`"receiptNumber":"${receiptNumber}"`)) return [];
  const body = toUndecided(sealed)?.body;
  if (body?.type !== 'return' || body.receiptNumber !== receiptNumber) return [];
  return body.lines.flatMap(({ soldLine, quantity }) =>
    soldLine === undefined ? [] : [{ soldLine, quantity }],
  );
}
