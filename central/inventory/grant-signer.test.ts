import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { signingKeyOf } from './grant-signer.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The till's own way of checking, as its adapter does it: by WebCrypto, from the key that enrolment gave. */
async function isSigned(publicKey: string, raw: string, signature: string): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('spki', Buffer.from(publicKey, 'base64'), algorithm, false, [
    'verify',
  ]);
  return crypto.subtle.verify(algorithm, key, Buffer.from(signature, 'base64'), Buffer.from(raw));
}

it('signs so that WebCrypto verifies it, byte for byte', async () => {
  const { key, sign } = signingKeyOf(privateKey);
  const { raw, signature, keyId } = sign('{"quantity":3}');
  expect(keyId).toBe(key.keyId);
  expect(await isSigned(key.publicKey, raw, signature)).toBe(true);
  expect(await isSigned(key.publicKey, '{"quantity":4}', signature)).toBe(false);
  const other = signingKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  expect(await isSigned(other.key.publicKey, raw, signature)).toBe(false);
});
