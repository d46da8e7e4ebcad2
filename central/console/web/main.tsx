import { nonce } from './nonce.ts';
import './no-eval.ts';
import '@mantine/core/styles.css';
import './css-base.css';
import './css-frame.css';
import './css-overview.css';
import './css-stock.css';
import './css-log.css';
import './css-acts.css';
import { must } from '@gondola/shared/lib/assert.ts';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { createApi } from './api-client.ts';
import { App } from './app.tsx';
import type { Console } from './console-context.ts';
import { createWords } from './i18n.ts';
import { startLive } from './live.ts';
import { openLiveFeed } from './live-feed.ts';
import { createNavigation } from './navigation.ts';
import { Reads } from './reads.ts';
import { createSessionDesk, linkSecret } from './session.ts';
import { cssVariables, theme } from './theme.ts';

/** The secret must not stay in the address bar or the history, whatever comes of it. */
function takeSecret(): string | null {
  const secret = linkSecret(location.hash);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return secret;
}

const secret = takeSecret();
const api = createApi({
  fetch: globalThis.fetch.bind(globalThis),
  clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
  // Not crypto.randomUUID: a console opened by a plain address of the shop has no secure context.
  newKey: () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-'),
  onUnauthenticated: () => session.ended(),
});
const session = createSessionDesk(() => api);
const navigation = createNavigation(window);

let opened: Console | null = null;
/** One feed and one set of reads as long as the session stands. */
function open(): Console {
  if (opened === null) {
    const reads = new Reads(api);
    const live = startLive(reads, openLiveFeed);
    live.onEvents((events) => {
      for (const { source, position } of events) if (source === '/inventory') api.sawPosition(position);
    });
    opened = { api, session, navigation, reads, live };
  }
  return opened;
}
session.subscribe(() => {
  const { kind } = session.current();
  if (opened === null || kind === 'signed-in') return;
  opened.live.close();
  opened = null;
});

void session.open(secret);
// A link pasted into a tab where the console is open already.
globalThis.addEventListener('hashchange', () => {
  const pasted = takeSecret();
  if (pasted !== null) void session.open(pasted);
});

createRoot(must(document.getElementById('root'), 'index.html has a root')).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
  >
    <I18nextProvider i18n={createWords(navigator.language)}>
      <App session={session} open={open} />
    </I18nextProvider>
  </MantineProvider>,
);
