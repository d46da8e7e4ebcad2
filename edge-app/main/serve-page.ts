import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, normalize, sep } from 'node:path';

export const PAGE_SCHEME = 'app';
export const PAGE_URL = `${PAGE_SCHEME}://gondola/till/`;

export interface PageServer {
  /** Folder of the built page. */
  readonly folder: string;
  readonly centralUrl: string;
  /** Forwards to the centre without the rules of origins; given, as only Electron has it. */
  readonly forward: (url: string, init: RequestInit) => Promise<Response>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const FORWARDED_HEADERS = ['content-type', 'accept', 'authorization'];

/** Answers the page's requests: its own files from the disk, and the sync protocol from the centre. */
export async function servePage(server: PageServer, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== 'gondola') return new Response(null, { status: 404 });
  if (url.pathname.startsWith('/sync/v1/') && request.method === 'POST') return forward(server, url, request);
  if (!url.pathname.startsWith('/till/')) return new Response(null, { status: 404 });
  return serveFile(server, url.pathname.slice('/till/'.length) || 'index.html');
}

async function forward(server: PageServer, url: URL, request: Request): Promise<Response> {
  const headers: Record<string, string> = {};
  for (const name of FORWARDED_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  try {
    const body = await request.text();
    return await server.forward(`${server.centralUrl}${url.pathname}`, { method: 'POST', headers, body });
  } catch {
    // The page's transport takes this for an unreachable centre.
    return new Response(null, { status: 502 });
  }
}

async function serveFile(server: PageServer, path: string): Promise<Response> {
  const safe = normalize(decodeURIComponent(path));
  if (safe.startsWith('..') || safe.startsWith(sep)) return new Response(null, { status: 404 });
  let bytes: Buffer;
  try {
    bytes = await readFile(`${server.folder}${sep}${safe}`);
  } catch {
    return new Response(null, { status: 404 });
  }
  const type = TYPES[extname(safe)] ?? 'application/octet-stream';
  if (!safe.endsWith('.html'))
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': type } });
  const nonce = randomBytes(16).toString('base64');
  return new Response(bytes.toString('utf8').replaceAll('__CSP_NONCE__', nonce), {
    headers: { 'content-type': type, 'content-security-policy': policyOf(nonce, server.centralUrl) },
  });
}

/** Nothing from elsewhere but the socket to the centre. */
export function policyOf(nonce: string, centralUrl: string): string {
  const socket = centralUrl.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
