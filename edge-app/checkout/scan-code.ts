import { codesOf, isMisread } from '@gondola/shared/domain/codes.ts';
import { type EmbeddedCode, readEmbeddedCode } from '@gondola/shared/domain/embedded-codes.ts';
import type { SellingRules } from '@gondola/shared/domain/selling-rules.ts';
import { weighedPriceMinor } from '@gondola/shared/domain/weighed-price.ts';
import { LINE_QUANTITY_MAX_UNITS, PRICE_MAX_MINOR } from '@gondola/shared/lib/limits.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import type { ProductRow } from '@gondola/shared/schemas/rows.ts';
import type { BasketItem } from './basket.ts';
import { refuseQuantity } from './decide.ts';
import type { Replica } from './ports.ts';
import type { CheckoutRefusal } from './refusal.ts';

type Catalogue = Pick<Replica, 'product' | 'productByEan'>;
type Scanned = Result<BasketItem, CheckoutRefusal>;

/** The article that a code names, by any of the numbers that it may be a print of. */
export async function findProduct(catalogue: Catalogue, code: string): Promise<ProductRow | null> {
  for (const candidate of codesOf(code)) {
    const product = (await catalogue.product(candidate)) ?? (await catalogue.productByEan(candidate));
    if (product !== null) return product;
  }
  return null;
}

/**
 * The basket line that a code stands for. A code that the catalogue itself knows is that article, whatever its digits
 * would mean on a scale's label.
 */
export async function scanCode(
  catalogue: Catalogue,
  { embeddedCodes }: SellingRules,
  code: string,
  quantity: number,
): Promise<Scanned> {
  const known = await findProduct(catalogue, code);
  if (known !== null) return lineOf(known, quantity, known.priceMinor);
  const reading = readEmbeddedCode(code, embeddedCodes);
  if (reading.kind === 'read') {
    const product = await findWeighed(catalogue, reading.code);
    if (product !== null) return weighedLine(product, quantity, reading.code);
  }
  const misread = reading.kind === 'misread' || isMisread(code);
  return failure({ kind: misread ? 'code-misread' : 'product-unknown', code });
}

async function findWeighed(catalogue: Catalogue, code: EmbeddedCode): Promise<ProductRow | null> {
  const { baseCode, articleDigits } = code;
  const withoutZeros = articleDigits.replace(/^0+(?=\d)/, '');
  for (const candidate of [baseCode, articleDigits, withoutZeros]) {
    const product = await findProduct(catalogue, candidate);
    if (product !== null) return product;
  }
  return null;
}

/** One package per label; by weight, the catalogue's price is that of a kilogram. */
function weighedLine(product: ProductRow, quantity: number, code: EmbeddedCode): Scanned {
  if (code.value === 'price-minor') return lineOf(product, quantity, code.amount);
  if (product.priceMinor === null) return lineOf(product, quantity, null);
  if (code.amount === 0) {
    return failure({
      kind: 'quantity-out-of-range',
      sku: product.sku,
      quantity: 0,
      max: LINE_QUANTITY_MAX_UNITS,
    });
  }
  const line = lineOf(product, quantity, weighedPriceMinor(product.priceMinor, code.amount));
  return line.ok ? success({ ...line.value, weightGrams: code.amount }) : line;
}

function lineOf(product: ProductRow, quantity: number, priceMinor: number | null): Scanned {
  const { sku, name } = product;
  if (priceMinor === null) return failure({ kind: 'product-unpriced', sku, name });
  if (priceMinor > PRICE_MAX_MINOR) return failure({ kind: 'total-too-large' });
  const refusal = refuseQuantity(sku, quantity, 1, LINE_QUANTITY_MAX_UNITS);
  return refusal === null ? success({ sku, name, quantity, unitPriceMinor: priceMinor }) : failure(refusal);
}
