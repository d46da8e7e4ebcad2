/** Pure basket arithmetic, in minor units of the currency. */

export interface PricedLine {
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

export function lineTotalMinor(line: PricedLine): number {
  return line.quantity * line.unitPriceMinor;
}

export function basketTotalMinor(lines: readonly PricedLine[]): number {
  return lines.reduce((total, line) => total + lineTotalMinor(line), 0);
}

/** The change for cash given; null while the cash does not cover the total. */
export function changeMinor(totalMinor: number, givenMinor: number): number | null {
  return givenMinor >= totalMinor ? givenMinor - totalMinor : null;
}
