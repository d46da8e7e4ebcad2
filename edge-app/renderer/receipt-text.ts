import type { ReceiptRow } from './receipt-rows.ts';

/** What a till printer has across its paper of 80 mm. */
export const RECEIPT_COLUMNS = 42;

/** The receipt for a printer of plain text: no line is longer than its columns, and no amount is cut. */
export function receiptText(rows: readonly ReceiptRow[], columns = RECEIPT_COLUMNS): string {
  return rows.flatMap((row) => textOf(row, columns)).join('\n');
}

function textOf(row: ReceiptRow, columns: number): string[] {
  switch (row.kind) {
    case 'rule':
      return ['-'.repeat(columns)];
    case 'title':
    case 'text':
      return wrap(row.text, columns);
    case 'pair':
    case 'total':
      return pairOf(row.left, row.right, columns);
  }
}

/** Left and right on one line when both fit, else the right one below, at the edge. */
function pairOf(left: string, right: string, columns: number): string[] {
  const lines = wrap(left, columns);
  const figure = plain(right).slice(0, columns);
  const last = lines.at(-1) ?? '';
  const gap = columns - last.length - figure.length;
  if (gap < 1) return [...lines, figure.padStart(columns)];
  return [...lines.slice(0, -1), `${last}${' '.repeat(gap)}${figure}`];
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= columns) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > columns) {
      lines.push(line.slice(0, columns));
      line = line.slice(columns);
    }
  }
  return [...lines, line];
}

/** One column per character: no control characters, no spaces but the plain one, nothing composed. */
function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim();
}
