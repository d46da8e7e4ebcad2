import { divideRounded } from './rounding.ts';

const GRAMS_PER_KILOGRAM = 1_000;

/** What this weight costs at a price per kilogram, rounded to the nearest minor unit, halves up. */
export function weighedPriceMinor(pricePerKilogramMinor: number, weightGrams: number): number {
  return divideRounded(pricePerKilogramMinor, weightGrams, GRAMS_PER_KILOGRAM);
}
