import { nonce } from './nonce.ts';
import '@mantine/core/styles.css';
import './css-base.css';
import './css-frame.css';
import './css-finder.css';
import './css-tender.css';
import './css-cards.css';
import './css-small.css';
import { must } from '@gondola/shared/lib/assert.ts';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { type CentralAddress, startBrowser } from '../till/start-browser.ts';
import { App } from './app.tsx';
import { createWords } from './i18n.ts';
import { cssVariables, theme } from './theme.ts';

/** Set by Electron's preload; in a browser the centre is where the page came from. */
const shell = (globalThis as { gondola?: CentralAddress }).gondola;
const host = startBrowser(shell ?? { httpUrl: '', socketUrl: '' });

createRoot(must(document.getElementById('root'), 'index.html has a root')).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
  >
    <I18nextProvider i18n={createWords(navigator.language)}>
      <App host={host} />
    </I18nextProvider>
  </MantineProvider>,
);

// Electron serves the page from its own disk; a browser keeps it for the day the network is gone.
if (shell === undefined && 'serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/till/service-worker.js', { scope: '/till/' });
}
