import { createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import type { GrantKey, GrantSheet } from '@gondola/sync/protocol/grants.ts';

/** Signs grant sheets with the authority's key, ECDSA P-256: browsers of every age verify it natively. */
export interface SigningKey {
  readonly key: GrantKey;
  sign(raw: string): GrantSheet;
}

/** A signer over a private key. Pure but for the signature's own randomness. */
export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const keyId = hash('sha256', publicKey, 'hex').slice(0, 16);
  return {
    key: { keyId, publicKey },
    sign: (raw) => ({
      keyId,
      raw,
      signature: sign('sha256', Buffer.from(raw), {
        key: privateKey,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64'),
    }),
  };
}
