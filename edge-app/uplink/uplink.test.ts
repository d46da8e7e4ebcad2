import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { enrol } from './enrol.ts';
import { createHttpTransport } from './http-transport.ts';

const HASH = '0'.repeat(64);
const hello = {
  protocolVersion: 1,
  life: 1,
  head: { sequence: 0, hash: HASH },
  waiting: { count: 0, oldestRecordedAt: null },
  tillTime: '2017-01-01T12:00:00.000Z',
};
const answer = {
  protocolVersion: 1,
  acknowledged: { sequence: 0, hash: HASH },
  inventoryHead: 0,
  catalogueHead: 0,
  centralTime: '2017-01-01T12:00:00.000Z',
};

let server: Server | null = null;
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const reply =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(body);
  };
async function helloTo(listener: RequestListener, timeoutMs = 5_000): Promise<unknown> {
  const baseUrl = await serve(listener);
  return createHttpTransport({ baseUrl, token: 'secret', timeoutMs }).hello(hello);
}

describe('the HTTP transport', () => {
  it('sends the token, and reads the answer by its schema', async () => {
    let seen: unknown;
    const said = await helloTo((request, response) => {
      seen = [request.method, request.url, request.headers.authorization];
      reply(200, JSON.stringify(answer))(request, response);
    });
    expect(said).toEqual({ ok: true, value: answer });
    expect(seen).toEqual(['POST', '/sync/v1/hello', 'Bearer secret']);
  });

  it('hands on what the centre says in the protocol’s own words', async () => {
    const sync = { kind: 'sequence-gap', message: 'send again', acknowledged: { sequence: 4, hash: HASH } };
    const said = await helloTo(
      reply(409, JSON.stringify({ type: 'about:blank', title: 'Gap', status: 409, sync })),
    );
    expect(said).toEqual({ ok: false, error: sync });
  });

  it.each([
    [401, 'unauthenticated'],
    [413, 'too-large'],
    [429, 'busy'],
    [502, 'unreachable'],
    [500, 'internal'],
    [404, 'unreachable'],
  ])('understands a bare %d as %s', async (status, kind) => {
    expect(await helloTo(reply(status, '{"title":"from something between"}'))).toMatchObject({
      error: { kind },
    });
  });

  it('takes the delay that a busy answer asks for', async () => {
    const said = await helloTo(reply(503, '{}', { 'retry-after': '3' }));
    expect(said).toMatchObject({ error: { kind: 'busy', retryAfterMs: 3_000 } });
  });

  it('takes a captive portal, a cut and a silence for an unreachable centre', async () => {
    const unreachable = { ok: false, error: { kind: 'unreachable' } };
    expect(await helloTo(reply(200, '<html>log in to the hotel</html>'))).toMatchObject(unreachable);
    expect(await helloTo((request) => request.socket.destroy())).toMatchObject(unreachable);
    expect(await helloTo(() => {}, 30)).toMatchObject(unreachable);
  });

  it('refuses an answer of another shape', async () => {
    const said = await helloTo(reply(200, JSON.stringify({ ...answer, acknowledged: 'none' })));
    expect(said).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

describe('enrolment', () => {
  it('sends no token, and gives the identity', async () => {
    let authorization: string | undefined = 'unset';
    const identity = {
      storeId: '11111111-1111-4111-8111-111111111111',
      storeName: 'Store',
      tillId: '22222222-2222-4222-8222-222222222222',
      tillName: 'Till 1',
      life: 1,
      token: 't'.repeat(32),
      currency: 'BRL',
    };
    const baseUrl = await serve((request, response) => {
      authorization = request.headers.authorization;
      reply(200, JSON.stringify(identity))(request, response);
    });
    expect(await enrol({ baseUrl }, { code: 'ABC', tillName: 'Till 1' })).toEqual({
      ok: true,
      value: identity,
    });
    expect(authorization).toBeUndefined();
  });
});
