import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridgeArgument, readBridge } from '../ipc/contract.ts';
import { centralUrlOf, DEFAULT_CENTRAL_URL } from './central-url.ts';
import { PAGE_URL, type PageServer, servePage } from './serve-page.ts';

const CENTRAL = 'http://127.0.0.1:9100';
let folder = '';
const forwarded: { url: string; init: RequestInit }[] = [];

function server(answer: () => Promise<Response>): PageServer {
  return {
    folder,
    centralUrl: CENTRAL,
    forward(url, init) {
      forwarded.push({ url, init });
      return answer();
    },
  };
}
const fine = server(async () => Response.json({ ok: true }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gondola-page-'));
  await writeFile(join(folder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  await writeFile(join(folder, 'a.js'), 'export {};');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the address of the centre', () => {
  it('comes from the argument, else the environment, else this machine', () => {
    expect(
      centralUrlOf(['electron', '--central=https://a.example/x'], { GONDOLA_CENTRAL_URL: 'http://b' }),
    ).toBe('https://a.example');
    expect(centralUrlOf([], { GONDOLA_CENTRAL_URL: 'http://b:81' })).toBe('http://b:81');
    expect(centralUrlOf([], {})).toBe(DEFAULT_CENTRAL_URL);
  });

  it.each(['file:///etc/passwd', 'not an address', ''])('refuses %j in a sentence', (text) => {
    expect(() => centralUrlOf([`--central=${text}`], {})).toThrow(/must begin with http/);
  });

  it('reaches the page through one argument', () => {
    expect(readBridge(['electron', bridgeArgument(CENTRAL)])).toEqual({ httpUrl: '', socketUrl: CENTRAL });
    expect(readBridge(['electron'])).toBeNull();
  });
});

describe('the page inside Electron', () => {
  it('gets a fresh nonce with the policy that names it', async () => {
    const serve = async (): Promise<string> => {
      const answer = await servePage({ ...fine, folder }, new Request(PAGE_URL));
      const nonce = /nonce="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
      expect(answer.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`);
      expect(answer.headers.get('content-security-policy')).toContain('ws://127.0.0.1:9100');
      return nonce;
    };
    expect(await serve()).not.toBe(await serve());
  });

  it('serves its files, and nothing outside its folder', async () => {
    const status = async (path: string): Promise<number> =>
      (await servePage({ ...fine, folder }, new Request(`${PAGE_URL}${path}`))).status;
    expect(await status('a.js')).toBe(200);
    expect(await status('missing.js')).toBe(404);
    expect(await status('..%2f..%2fetc%2fpasswd')).toBe(404);
    expect((await servePage(fine, new Request('app://gondola/else'))).status).toBe(404);
  });

  it('forwards the sync protocol with its token, and says 502 when the centre is away', async () => {
    const ask = (): Request =>
      new Request('app://gondola/sync/v1/hello', {
        method: 'POST',
        headers: { authorization: 'Bearer t', 'content-type': 'application/json', 'x-other': '1' },
        body: '{"a":1}',
      });
    expect(await (await servePage(fine, ask())).json()).toEqual({ ok: true });
    const { url, init } = forwarded.at(-1) ?? { url: '', init: {} };
    expect(url).toBe(`${CENTRAL}/sync/v1/hello`);
    expect(init).toMatchObject({ body: '{"a":1}', headers: { authorization: 'Bearer t' } });
    expect(JSON.stringify(init)).not.toContain('x-other');
    const away = server(() => Promise.reject(new Error('refused')));
    expect((await servePage(away, ask())).status).toBe(502);
  });
});
