import { lineTotalMinor } from '@gondola/shared/domain/sale.ts';
import type { Slip } from './desk.ts';
import type { Formats } from './format.ts';

/** One row of a receipt: the same on the screen, on paper and for a printer of plain text. */
export type ReceiptRow =
  | { readonly kind: 'title' | 'text'; readonly text: string }
  | { readonly kind: 'pair' | 'total'; readonly left: string; readonly right: string }
  | { readonly kind: 'rule' };

/** What a receipt is written with. */
export interface ReceiptWriting {
  readonly words: (key: string, values?: Record<string, unknown>) => string;
  readonly formats: Formats;
  readonly storeName: string;
  readonly tillName: string;
  /** By SKU; an article that the catalogue has dropped keeps its number. */
  readonly names: ReadonlyMap<string, string>;
}

type Body = Slip['body'];
type SellBody = Extract<Body, { type: 'sell' }>;
type ReturnBody = Extract<Body, { type: 'return' }>;

/** Everything a receipt says, from what was flushed and from nothing else. */
export function receiptRows(receipt: Slip, writing: ReceiptWriting): readonly ReceiptRow[] {
  const { words, formats } = writing;
  const { body } = receipt;
  const kind = body.type === 'return' ? 'slip.return' : 'slip.sale';
  return [
    pair(writing.storeName, writing.tillName),
    pair(words(kind, { number: receipt.receiptNumber }), formats.dateTime(Date.parse(receipt.recordedAt))),
    { kind: 'rule' },
    ...(body.type === 'sell' ? saleRows(body, writing) : []),
    ...(body.type === 'return' ? returnRows(body, writing) : []),
    { kind: 'rule' },
    { kind: 'text', text: words('slip.state', { label: words(`label.${receipt.label}`) }) },
  ];
}

function saleRows(body: SellBody, writing: ReceiptWriting): ReceiptRow[] {
  const { words, formats } = writing;
  const { money } = formats;
  const { discountMinor = 0, roundingMinor = 0, changeMinor = 0, taxes = [] } = body;
  return [
    ...body.lines.flatMap((line) => soldRows(line, writing)),
    { kind: 'rule' },
    ...(discountMinor === 0
      ? []
      : [
          pair(words('slip.subtotal'), money(body.totalMinor + discountMinor)),
          pair(words('slip.discount'), money(-discountMinor)),
        ]),
    { kind: 'total', left: words('slip.total'), right: money(body.totalMinor) },
    ...(roundingMinor === 0 ? [] : [pair(words('slip.rounding'), money(roundingMinor))]),
    ...tenderRows(body.tenders ?? [], writing),
    ...(changeMinor === 0 ? [] : [pair(words('slip.change'), money(changeMinor))]),
    ...taxes.map(({ basisPoints, netMinor, taxMinor }) =>
      pair(words('slip.tax', { rate: formats.percent(basisPoints), net: money(netMinor) }), money(taxMinor)),
    ),
  ];
}

function soldRows(line: SellBody['lines'][number], writing: ReceiptWriting): ReceiptRow[] {
  const { words, formats, names } = writing;
  const { money } = formats;
  const { sku, quantity, unitPriceMinor, listPriceMinor, weightGrams } = line;
  const details = [
    words('slip.each', { quantity: formats.count(quantity), price: money(unitPriceMinor) }),
    ...(weightGrams === undefined
      ? []
      : [words('adjust.weight', { weight: formats.kilograms(weightGrams) })]),
    ...(listPriceMinor === undefined ? [] : [words('adjust.list', { price: money(listPriceMinor) })]),
  ];
  return [
    { kind: 'title', text: names.get(sku) ?? sku },
    pair(details.join(' · '), money(lineTotalMinor(line))),
  ];
}

function returnRows(body: ReturnBody, writing: ReceiptWriting): ReceiptRow[] {
  const { words, formats, names } = writing;
  const { receiptNumber, reason } = body;
  return [
    ...(receiptNumber === undefined
      ? []
      : [{ kind: 'text' as const, text: words('slip.ofReceipt', { number: receiptNumber }) }]),
    ...body.lines.map((line) =>
      pair(
        `${formats.count(line.quantity)} × ${names.get(line.sku) ?? line.sku}`,
        formats.money(line.refundMinor ?? lineTotalMinor(line)),
      ),
    ),
    { kind: 'rule' },
    { kind: 'total', left: words('slip.refund'), right: formats.money(body.totalMinor) },
    ...tenderRows(body.tenders ?? [], writing),
    ...(reason === undefined ? [] : [{ kind: 'text' as const, text: reason }]),
  ];
}

function tenderRows(tenders: NonNullable<SellBody['tenders']>, writing: ReceiptWriting): ReceiptRow[] {
  const { words, formats } = writing;
  return tenders.flatMap(({ kind, amountMinor, lastFour, reference }) => {
    const name = lastFour === undefined ? words(`pay.${kind}`) : words('slip.card', { lastFour });
    const row = pair(name, formats.money(amountMinor));
    return reference === undefined ? [row] : [row, { kind: 'text' as const, text: reference }];
  });
}

function pair(left: string, right: string): ReceiptRow {
  return { kind: 'pair', left, right };
}
