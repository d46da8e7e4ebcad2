import { sellSchema } from '@gondola/shared/schemas/operations.ts';
import type { z } from 'zod';
import { type LineFacts, type PricedSale, priceOf } from './decide.ts';
import type { SaleLine, SaleRequest } from './ring-up-sale.ts';

export type SellBody = z.infer<typeof sellSchema>;

/** The record of a sale. What does not apply is left out: a plain sale looks as it always did. */
export function saleBody(sale: SaleRequest, lines: readonly LineFacts[], priced: PricedSale): SellBody {
  const { amounts, settlement } = priced;
  return sellSchema.parse({
    type: 'sell',
    basketId: sale.basketId,
    lines: lines.map((line, index) =>
      lineBody(line, sale.lines[index], amounts.lines[index]?.discountMinor ?? 0),
    ),
    totalMinor: amounts.totalMinor,
    ...(settlement === null ? {} : paidBody(sale, settlement)),
    ...(amounts.discountMinor === 0 ? {} : { discountMinor: amounts.discountMinor }),
    ...(amounts.taxes.length === 0 ? {} : { taxes: amounts.taxes }),
    ...(sale.acts === undefined || sale.acts.length === 0 ? {} : { acts: sale.acts }),
  });
}

function lineBody(line: LineFacts, asked: SaleLine | undefined, discountMinor: number): object {
  const { sku, quantity, reservationId, taxBasisPoints } = line;
  return {
    sku,
    quantity,
    unitPriceMinor: priceOf(line),
    ...(reservationId === undefined ? {} : { reservationId }),
    ...(discountMinor === 0 ? {} : { discountMinor }),
    ...(taxBasisPoints === undefined || taxBasisPoints === null ? {} : { taxBasisPoints }),
    ...(asked?.weightGrams === undefined ? {} : { weightGrams: asked.weightGrams }),
    ...(asked?.listPriceMinor === undefined ? {} : { listPriceMinor: asked.listPriceMinor }),
    ...(asked?.priceReason === undefined ? {} : { priceReason: asked.priceReason }),
  };
}

function paidBody(
  { tenders = [] }: SaleRequest,
  { changeMinor, roundingMinor }: NonNullable<PricedSale['settlement']>,
): object {
  const cash = tenders.filter(({ kind }) => kind === 'cash');
  const cashGivenMinor = cash.reduce((total, { amountMinor }) => total + amountMinor, 0);
  return {
    tenders: tenders.map((tender) =>
      tender.kind === 'cash' ? tender : { ...tender, reference: tender.reference.trim() },
    ),
    changeMinor,
    ...(cash.length === 0 ? {} : { cashGivenMinor }),
    ...(roundingMinor === 0 ? {} : { roundingMinor }),
  };
}
