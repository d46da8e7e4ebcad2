import { failure, success } from '@gondola/shared/lib/result.ts';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Api, createApi } from './api-client.ts';
import { Reads } from './reads.ts';
import { createSessionDesk, linkSecret } from './session.ts';

const clock = { wallMs: () => 1_000_000, monotonicMs: () => 0 };
const schema = z.object({ figure: z.int() });

function fetching(...answers: (Response | Error)[]) {
  const fetch = vi.fn(async () => {
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new Error('nothing more');
  });
  const ended = vi.fn();
  return { fetch, ended, api: createApi({ fetch, clock, newKey: () => 'key', onUnauthenticated: ended }) };
}

describe('the client of the API', () => {
  it('hands over only what fits the schema', async () => {
    const { api } = fetching(
      Response.json({ figure: 3 }),
      Response.json({ figure: 'three' }),
      new Response('<html>'),
    );
    expect(await api.read('/a', schema)).toEqual(success({ figure: 3 }));
    expect(await api.read('/a', schema)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
    expect(await api.read('/a', schema)).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
  });

  it('makes every failure a value, and tells of the session’s end', async () => {
    const problem = { type: 'urn:gondola:problem:stale', detail: 'look again' };
    const { api, ended } = fetching(
      Response.json(problem, { status: 412 }),
      new Response('', { status: 401 }),
      new TypeError('no network'),
    );
    expect(await api.write('/a', 'key', {}, schema)).toEqual(
      failure({ kind: 'problem', status: 412, name: 'stale', detail: 'look again' }),
    );
    expect(ended).not.toHaveBeenCalled();
    expect(await api.read('/a', schema)).toEqual(failure({ kind: 'unauthenticated' }));
    expect(ended).toHaveBeenCalledOnce();
    expect(await api.read('/a', schema)).toEqual(failure({ kind: 'unreachable' }));
  });

  it('takes the centre’s time from its answers when this clock is wrong', async () => {
    const { api } = fetching(
      Response.json({ figure: 1 }, { headers: { date: new Date(400_000).toUTCString() } }),
      Response.json({ figure: 1 }, { headers: { date: new Date(999_000).toUTCString() } }),
    );
    await api.read('/a', schema);
    expect(api.centralNowMs()).toBe(400_000);
    await api.read('/a', schema);
    expect(api.centralNowMs()).toBe(1_000_000);
  });

  it('asks for nothing older than what an answer, a refusal or the feed has shown', async () => {
    const { api, fetch } = fetching(
      Response.json({ figure: 1, row: { position: 7 } }),
      Response.json({ detail: 'look again', current: { position: 9 } }, { status: 412 }),
      Response.json({ figure: 1, position: 99 }),
      Response.json({ figure: 1 }),
      Response.json({ figure: 1 }),
    );
    await api.read('/api/v1/a', schema);
    await api.write('/api/v1/a', 'key', {}, schema);
    await api.read('/console/api/a', schema);
    api.sawPosition(8);
    await api.read('/api/v1/a', schema);
    api.sawPosition(12);
    await api.read('/api/v1/a', schema);
    const calls = fetch.mock.calls as unknown as readonly (readonly [string, RequestInit])[];
    const seen = calls.map(([, { headers }]) => new Headers(headers).get('seen-position'));
    expect(seen).toEqual(['0', null, '9', '9', '12']);
  });
});

describe('shared reads', () => {
  const flush = () => vi.waitFor(() => undefined);

  it('ask once for all who look, and keep the last good answer through a failure', async () => {
    const { api, fetch } = fetching(Response.json({ figure: 1 }), new TypeError('no network'));
    const reads = new Reads(api);
    const listener = vi.fn();
    const leave = reads.watch('/a', schema, listener);
    reads.watch('/a', schema, () => undefined);
    await vi.waitFor(() => expect(reads.reading('/a').value).toEqual({ figure: 1 }));
    expect(fetch).toHaveBeenCalledOnce();
    reads.refresh();
    await vi.waitFor(() => expect(reads.reading('/a').failure).toEqual({ kind: 'unreachable' }));
    expect(reads.reading('/a')).toMatchObject({ value: { figure: 1 }, readAtMs: 1_000_000 });
    leave();
  });

  it('are as old as the read replica says that they are', async () => {
    const { api } = fetching(Response.json({ figure: 1 }, { headers: { age: '7' } }));
    const reads = new Reads(api);
    reads.watch('/a', schema, () => undefined);
    await vi.waitFor(() => expect(reads.reading('/a').readAtMs).toBe(1_000_000 - 7_000));
  });

  it('keep the same object while the answer says the same', async () => {
    const { api, fetch } = fetching(Response.json({ figure: 1 }), Response.json({ figure: 1 }));
    const reads = new Reads(api);
    reads.watch('/a', schema, () => undefined);
    await vi.waitFor(() => expect(reads.reading('/a').value).not.toBeNull());
    const { value } = reads.reading('/a');
    reads.refresh();
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
    await flush();
    expect(reads.reading('/a').value).toBe(value);
  });
});

describe('the session', () => {
  const desk = (answers: Partial<Api>) => createSessionDesk(() => answers as Api);
  const refused = async () => failure({ kind: 'unauthenticated' } as const);

  it('reads the secret of a link and nothing else', () => {
    expect(linkSecret('#link=abcdefghijklmnop_-1')).toBe('abcdefghijklmnop_-1');
    expect([linkSecret(''), linkSecret('#link=short'), linkSecret('#link=abcdefghijklmnop&x=1')]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('forgives a used link while a session stands, else says that it was refused', async () => {
    const standing = desk({ signIn: refused, read: async () => success({} as never) });
    await standing.open('abcdefghijklmnop');
    expect(standing.current()).toEqual({ kind: 'signed-in' });
    const none = desk({ signIn: refused, read: refused });
    await none.open('abcdefghijklmnop');
    expect(none.current()).toEqual({ kind: 'signed-out', why: 'link-refused' });
  });

  it('tells a centre that is away from a session that is over', async () => {
    const away = desk({ read: async () => failure({ kind: 'unreachable' } as const) });
    await away.open(null);
    expect(away.current()).toEqual({ kind: 'unreachable' });
    const over = desk({ signIn: async () => success(null), read: refused });
    await over.open('abcdefghijklmnop');
    over.ended();
    expect(over.current()).toEqual({ kind: 'signed-out', why: 'ended' });
  });
});
