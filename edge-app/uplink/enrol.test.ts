import { describe, expect, it } from 'vitest';
import { type EnrolProblem, enrol } from './enrol.ts';

const request = { code: 'AAAAA-BBBBB', tillName: 'Till 1' };
const identity = {
  storeId: '5e3afe21-7acd-8c3c-91e4-cbf86b789714',
  storeName: 'Store 27',
  tillId: '38881f25-698d-4eb2-a22d-912a56f5c8b7',
  tillName: 'Till 1',
  life: 1,
  token: 't'.repeat(43),
  currency: 'BRL',
};

function answering(status: number, body: unknown): Parameters<typeof enrol>[0] {
  return { baseUrl: '', fetch: async () => Response.json(body, { status }) };
}

describe('enrol', () => {
  it('gives the identity that the centre gave', async () => {
    expect(await enrol(answering(201, identity), request)).toEqual({ ok: true, value: identity });
  });

  // A name that is taken once read "the centre does not answer", which sent people to the wrong cable.
  it.each<[number, unknown, EnrolProblem]>([
    [409, { reason: 'name-taken' }, 'name-taken'],
    [409, { reason: 'code-used' }, 'refused'],
    [400, {}, 'refused'],
    [429, {}, 'busy'],
    [503, {}, 'busy'],
    [502, {}, 'unreachable'],
    [201, { hello: 1 }, 'refused'],
  ])('reads %i %j as %s', async (status, body, problem) => {
    expect(await enrol(answering(status, body), request)).toEqual({ ok: false, error: problem });
  });

  it('says unreachable when nothing answers', async () => {
    const fetch = () => Promise.reject(new TypeError('refused'));
    expect(await enrol({ baseUrl: '', fetch }, request)).toEqual({ ok: false, error: 'unreachable' });
  });
});
