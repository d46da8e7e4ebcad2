/// <reference lib="webworker" />

/**
 * Keeps the page for the day the network is gone. Built files have their hash in their names, so they are kept for
 * ever; the page itself is kept as the whole response, because its nonce is only good with the policy that came in the
 * same answer's header.
 */

declare const __PRECACHE_VERSION__: string;
declare const __PRECACHE_FILES__: readonly string[];

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const BASE = '/till/';
const CACHE = `gondola-till-${__PRECACHE_VERSION__}`;
const PAGE = BASE;
/** A centre that does not answer in this time is treated as gone: the cashier waits for nobody. */
const PAGE_TIMEOUT_MS = 3_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(precache().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin || !url.pathname.startsWith(BASE))
    return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (isBuiltFile(url)) event.respondWith(file(request));
});

async function precache(): Promise<void> {
  const cache = await caches.open(CACHE);
  const page = new Request(PAGE, { cache: 'reload' });
  await cache.addAll([page, ...__PRECACHE_FILES__.map((name) => BASE + name)]);
}

async function dropOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith('gondola-till-') && name !== CACHE) await caches.delete(name);
  }
}

function isBuiltFile(url: URL): boolean {
  return __PRECACHE_FILES__.includes(url.pathname.slice(BASE.length));
}

/** The newest page when the centre answers soon, and the kept one when it does not. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(PAGE, { cacheName: CACHE });
  try {
    const answer = await fetch(
      request,
      kept === undefined ? {} : { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) },
    );
    if (answer.ok || kept === undefined) return answer;
    return kept;
  } catch (error) {
    if (kept !== undefined) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}
