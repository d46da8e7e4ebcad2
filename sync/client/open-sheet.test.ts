import { derivedUuid } from '@gondola/shared/domain/ids.ts';
import { expect, it } from 'vitest';
import type { GrantSheet } from '../protocol/grants.ts';
import type { InventoryPage } from '../protocol/pull.ts';
import { openSheet } from './open-sheet.ts';

const tillId = derivedUuid('till');
const nonce = derivedUuid('nonce');
const logId = derivedUuid('log');
const address = { tillId, life: 2, nonce };
/** Signs by saying so; the real signature is checked in central/inventory/grant-signer.test.ts. */
const verifier = { isSigned: async ({ signature }: GrantSheet) => signature === 'good' };

const content = {
  ...{ tillId, life: 2, nonce, logId, position: 7 },
  ...{ spendMs: 1_000, holdMs: 300_000, signedAt: '2026-01-01T00:00:00.000Z', allotments: [] },
};
function page(sheet: object = content, signature = 'good'): InventoryPage {
  return {
    ...{ checkpoint: { logId, position: 7 }, hasMore: false, head: 7, reset: false },
    ...{ pools: [], reservations: [], verdicts: [], conflicts: [], transfers: [] },
    grants: { keyId: 'key', raw: JSON.stringify(sheet), signature },
  } as unknown as InventoryPage;
}

it('opens what is signed for this till, life, request and page', async () => {
  expect(await openSheet(verifier, page(), address)).toMatchObject({ spendMs: 1_000 });
});

it('leases nothing without a sheet, or where nobody can check one', async () => {
  expect(await openSheet(verifier, { ...page(), grants: null }, address)).toBeNull();
  expect(await openSheet(undefined, page(), address)).toBeNull();
});

it.each([
  ['signed by somebody else', page(content, 'bad')],
  ['for another till', page({ ...content, tillId: derivedUuid('other') })],
  ['for another life', page({ ...content, life: 1 })],
  ['for another request', page({ ...content, nonce: derivedUuid('earlier') })],
  ['cut out of another page', page({ ...content, position: 6 })],
  ['of another log', page({ ...content, logId: derivedUuid('restored') })],
  ['without a term', page({ ...content, spendMs: -1 })],
])('takes no sheet %s', async (_, forged) => {
  expect(await openSheet(verifier, forged, address)).toBe('forged');
});
