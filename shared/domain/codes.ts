/** What a scanner reads: the check digits of trade numbers, and the numbers that one printed code may stand for. */

const CODE_LENGTHS = new Set([8, 12, 13]);

/** The last digit of a GTIN of any length, from the digits before it (GS1 General Specifications, section 7.9.1). */
export function gtinCheckDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 3 : 1);
  }
  return String((10 - (sum % 10)) % 10);
}

function endsWithCheckDigit(code: string): boolean {
  return gtinCheckDigit(code.slice(0, -1)) === code.at(-1);
}

/** Whether the text is an EAN-8 with the right check digit. */
export function isEan8(code: string): boolean {
  return /^\d{8}$/.test(code) && endsWithCheckDigit(code);
}

/** Whether the text is a UPC-A with the right check digit. */
export function isUpcA(code: string): boolean {
  return /^\d{12}$/.test(code) && endsWithCheckDigit(code);
}

/** The UPC-A that a UPC-E of eight digits leaves zeros out of; null when the text is none. */
export function expandUpcE(code: string): string | null {
  const match = /^([01])(\d)(\d)(\d)(\d)(\d)(\d)(\d)$/.exec(code);
  if (match === null) return null;
  const [, system = '', a = '', b = '', c = '', d = '', e = '', last = '', check = ''] = match;
  const tail = Number(last);
  let body: string;
  if (tail <= 2) body = `${a}${b}${last}0000${c}${d}${e}`;
  else if (tail === 3) body = `${a}${b}${c}00000${d}${e}`;
  else if (tail === 4) body = `${a}${b}${c}${d}00000${e}`;
  else body = `${a}${b}${c}${d}${e}0000${last}`;
  const eleven = `${system}${body}`;
  return gtinCheckDigit(eleven) === check ? `${eleven}${check}` : null;
}

/**
 * The codes under which a catalogue may know what was scanned, the code as it was read first: a UPC-A is the EAN-13 with
 * a zero before it, and a UPC-E is a shorter print of a UPC-A.
 */
export function codesOf(scanned: string): readonly string[] {
  const codes = [scanned];
  const upcA = isUpcA(scanned) ? scanned : expandUpcE(scanned);
  if (upcA !== null) codes.push(upcA, `0${upcA}`);
  else if (/^0\d{12}$/.test(scanned) && endsWithCheckDigit(scanned)) codes.push(scanned.slice(1));
  return [...new Set(codes)];
}

/** Whether the text has the shape of a trade number but not its check digit: it was read or typed wrong. */
export function isMisread(code: string): boolean {
  if (!/^\d+$/.test(code) || !CODE_LENGTHS.has(code.length)) return false;
  return !endsWithCheckDigit(code) && expandUpcE(code) === null;
}
