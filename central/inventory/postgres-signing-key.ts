import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { must } from '@gondola/shared/lib/assert.ts';
import type { Pool } from '../platform/postgres.ts';
import { type SigningKey, signingKeyOf } from './grant-signer.ts';

/**
 * The key of this chain's authority. The first node makes it; all nodes share it through the database, as a till must
 * be able to check what any of them grants.
 */
export async function openSigningKey(pool: Pool): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await pool.query('insert into signing_keys (slot, private_key) values (1, $1) on conflict do nothing', [
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ]);
  const { rows } = await pool.query<{ private_key: string }>(
    'select private_key from signing_keys where slot = 1',
  );
  return signingKeyOf(createPrivateKey(must(rows[0], 'the key has just been put there').private_key));
}
