import type { GrantVerifier } from '@gondola/sync/client/ports.ts';
import type { GrantKey } from '@gondola/sync/protocol/grants.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Checks signatures against the key that enrolment gave, by the browser's own cryptography. */
export function createGrantVerifier({ keyId, publicKey }: GrantKey): GrantVerifier {
  let imported: Promise<CryptoKey> | null = null;
  return {
    async isSigned(sheet) {
      if (sheet.keyId !== keyId) return false;
      imported ??= crypto.subtle.importKey('spki', bytesOf(publicKey), ALGORITHM, false, ['verify']);
      try {
        const raw = new TextEncoder().encode(sheet.raw);
        return await crypto.subtle.verify(ALGORITHM, await imported, bytesOf(sheet.signature), raw);
      } catch {
        // Not base64, or not a signature at all.
        return false;
      }
    },
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
