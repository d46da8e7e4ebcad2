import { generateKeyPairSync } from 'node:crypto';
import { signingKeyOf } from '@gondola/central/inventory/grant-signer.ts';
import { createGrantVerifier } from '@gondola/edge-app/uplink/verify-grants.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import type { Transport } from '@gondola/sync/client/ports.ts';
import type { GrantSheet } from '@gondola/sync/protocol/grants.ts';
import type { PullRequest } from '@gondola/sync/protocol/pull.ts';
import { describe, expect, it } from 'vitest';
import { testSigner } from './centre.ts';
import { World } from './world.ts';

/** What a thief on the road makes of a sheet; `caught` holds sheets that came by before. */
interface Road {
  readonly own: readonly GrantSheet[];
  readonly ofSibling: readonly GrantSheet[];
}
type Forgery = (sheet: GrantSheet, caught: Road) => GrantSheet;

const changed = (sheet: GrantSheet, change: (content: Record<string, unknown>) => void): string => {
  const content = JSON.parse(sheet.raw) as Record<string, unknown>;
  change(content);
  return JSON.stringify(content);
};
const signedAgain = (sheet: GrantSheet, change: (content: Record<string, unknown>) => void) =>
  testSigner.sign(changed(sheet, change));

const FORGERIES: Readonly<Record<string, Forgery>> = {
  'signed by somebody else': (sheet) => ({ ...sheet, signature: 'f'.repeat(sheet.signature.length) }),
  'with a longer term': (sheet) => ({ ...sheet, raw: changed(sheet, (it) => (it['spendMs'] = 9e12)) }),
  'with other units': (sheet, { own }) => {
    const row = own.flatMap(({ raw }) => (JSON.parse(raw) as { allotments: object[] }).allotments)[0];
    const more = { ...must(row, 'units were leased before'), granted: 999, position: 999 };
    return { ...sheet, raw: changed(sheet, (it) => (it['allotments'] = [more])) };
  },
  'with one more space': (sheet) => ({ ...sheet, raw: `${sheet.raw} ` }),
  'that is no JSON': () => testSigner.sign('lease'),
  'meant for another till': (_, { ofSibling }) => must(ofSibling.at(-1), 'the sibling has pulled'),
  'meant for another till, its name changed': (_, { ofSibling }) => {
    const sheet = must(ofSibling.at(-1), 'the sibling has pulled');
    return { ...sheet, raw: changed(sheet, (it) => (it['tillId'] = '00000000-0000-4000-8000-000000000000')) };
  },
  'of another life': (sheet) => signedAgain(sheet, (it) => (it['life'] = 2)),
  'of another request': (sheet) =>
    signedAgain(sheet, (it) => (it['nonce'] = '00000000-0000-4000-8000-000000000000')),
  'played again': (_, { own }) => must(own[0], 'a sheet came by before'),
  'of another page': (sheet) => signedAgain(sheet, (it) => (it['position'] = Number(it['position']) + 1)),
  'of another log': (sheet) =>
    signedAgain(sheet, (it) => (it['logId'] = '00000000-0000-4000-8000-000000000000')),
};

describe('a grant sheet', () => {
  it.each(Object.keys(FORGERIES))('%s is not acted upon, and the till recovers', async (name) => {
    const forge = must(FORGERIES[name], 'a forgery by name');
    const world = await World.open([]);
    const caught = { own: [] as GrantSheet[], ofSibling: [] as GrantSheet[] };
    const thief = { isAtWork: false };
    const listening = (sheets: GrantSheet[], isVictim: boolean) => ({
      around: (transport: Transport) => ({
        ...transport,
        pull: async (request: PullRequest) => {
          const answer = await transport.pull(request);
          const sheet = answer.ok ? answer.value.inventory.grants : null;
          if (!answer.ok || sheet === null) return answer;
          if (!thief.isAtWork || !isVictim) {
            sheets.push(sheet);
            return answer;
          }
          const { inventory } = answer.value;
          return {
            ...answer,
            value: { ...answer.value, inventory: { ...inventory, grants: forge(sheet, caught) } },
          };
        },
      }),
    });
    const victim = await world.openTill('a', listening(caught.own, true));
    await world.openTill('b', listening(caught.ofSibling, false));
    await world.rounds();
    const before = await victim.own('tea');
    expect(before).toBeGreaterThan(0);
    const rowsBefore = victim.replica.allotments(1);
    thief.isAtWork = true;
    await world.stock(40);
    await world.rounds();
    expect(victim.till.status().sync.problem?.kind).toBe('grants-forged');
    expect(await victim.own('tea')).toBe(before);
    expect(victim.replica.allotments(1)).toEqual(rowsBefore);
    // Its own term goes on as it was, and not a moment longer.
    expect(await victim.sell('tea')).toBe('GUARANTEED');
    await world.time.jump(86_400_000);
    expect(await victim.sell('tea')).toBe('RECORDED');
    thief.isAtWork = false;
    victim.till.retryNow();
    await world.rounds(6);
    expect(await victim.sell('tea')).toBe('GUARANTEED');
    await world.rounds();
    expect(await world.drain()).toEqual([]);
  });

  it('is checked against the real key, byte by byte', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const stranger = signingKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const real = signingKeyOf(privateKey);
    const verifier = createGrantVerifier(real.key);
    const sheet = real.sign('{"spendMs":1000}');
    expect(await verifier.isSigned(sheet)).toBe(true);
    expect(await verifier.isSigned({ ...stranger.sign(sheet.raw), keyId: sheet.keyId })).toBe(false);
    for (let index = 0; index < sheet.raw.length; index += 1) {
      const raw = `${sheet.raw.slice(0, index)}~${sheet.raw.slice(index + 1)}`;
      expect(await verifier.isSigned({ ...sheet, raw })).toBe(false);
    }
  });
});
