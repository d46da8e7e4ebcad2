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
