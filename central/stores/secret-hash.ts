/** Secrets are long and random, so one SHA-256 is enough: nothing to guess, and a lookup stays an index probe. */
import { createHash } from 'node:crypto';
import { codeFromBytes } from './decide.ts';

/** What the database keeps of a token, link or code. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** A code that people type, with 50 bits of the secret's randomness. */
export function typedCode(secret: string): string {
  return codeFromBytes(hashSecret(`typed code of ${secret}`));
}
