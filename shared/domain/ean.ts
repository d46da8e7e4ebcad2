import { assert } from '../lib/assert.ts';

/** The last digit of an EAN-13, from the first twelve (GS1 General Specifications, section 7.9). */
export function ean13CheckDigit(twelveDigits: string): string {
  assert(/^\d{12}$/.test(twelveDigits), 'an EAN-13 check digit is computed from twelve digits');
  let sum = 0;
  for (let index = 0; index < 12; index += 1) sum += Number(twelveDigits[index]) * (index % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}

/** Whether the text is an EAN-13 with the right check digit. */
export function isEan13(code: string): boolean {
  return /^\d{13}$/.test(code) && ean13CheckDigit(code.slice(0, 12)) === code[12];
}

/** The in-store code (prefix 20) of an article known by a number of up to ten digits. */
export function inStoreEan13(productNumber: string): string {
  assert(/^\d{1,10}$/.test(productNumber), 'an in-store code needs a product number of one to ten digits');
  const twelve = `20${productNumber.padStart(10, '0')}`;
  return twelve + ean13CheckDigit(twelve);
}
