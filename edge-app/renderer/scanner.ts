import { SCANNER_CODE_MIN_CHARACTERS, SCANNER_KEY_GAP_MAX_MS } from '@gondola/shared/lib/limits.ts';

/** Tells a keyboard wedge from a person by speed: pure, fed with keys and their times. */
export interface ScanDetector {
  /** The code, when this key ends a scan; null otherwise. */
  key(key: string, atMs: number, charactersMin?: number): string | null;
}

/** Where digits are money, only what is as long as the shortest bar code (EAN-8) is taken for a scan. */
export const CODE_AMONG_MONEY_MIN_CHARACTERS = 8;

const TERMINATORS = new Set(['Enter', 'Tab']);

/**
 * Scanners type a whole code within a few milliseconds and end it by Enter (some by Tab). A person never types four
 * characters that fast, so the scan is recognised wherever the focus is.
 */
export function createScanDetector(gapMaxMs = SCANNER_KEY_GAP_MAX_MS): ScanDetector {
  let buffer = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    key(key, atMs, charactersMin = SCANNER_CODE_MIN_CHARACTERS) {
      const fast = atMs - lastMs <= gapMaxMs;
      lastMs = atMs;
      if (TERMINATORS.has(key)) {
        const code = fast && buffer.length >= charactersMin ? buffer : null;
        buffer = '';
        return code;
      }
      if (key.length === 1) buffer = fast ? buffer + key : key;
      // Shift and the like belong to a scan of capital letters; they are no characters of it.
      else if (key !== 'Shift') buffer = '';
      return null;
    },
  };
}

/** "3*" or "3x" before a code or a name means three of it. */
export function splitMultiplier(text: string): { readonly quantity: number; readonly rest: string } {
  const match = /^\s*(\d{1,7})\s*[*×]\s*(.*)$/.exec(text);
  if (match === null) return { quantity: 1, rest: text };
  return { quantity: Number(match[1]), rest: match[2] ?? '' };
}
