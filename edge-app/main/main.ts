import { join } from 'node:path';
import { app, BrowserWindow, dialog, net, protocol, session } from 'electron';
import { bridgeArgument } from '../ipc/contract.ts';
import { centralUrlOf } from './central-url.ts';
import { PAGE_SCHEME, PAGE_URL, type PageServer, servePage } from './serve-page.ts';

// The shell of the till: one window with the same page as in a browser. The till itself runs in that page.
const here = import.meta.dirname;

// A standard, secure scheme has an origin, and with it IndexedDB, locks and fetch.
protocol.registerSchemesAsPrivileged([
  {
    scheme: PAGE_SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true },
  },
]);

/** One till per device and user: a second start only brings the first to the front. */
if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  void app.whenReady().then(open);
} else {
  app.quit();
}

async function open(): Promise<void> {
  let centralUrl: string;
  try {
    centralUrl = centralUrlOf(process.argv, process.env);
  } catch (error) {
    dialog.showErrorBox('Gondola', error instanceof Error ? error.message : String(error));
    app.exit(2);
    return;
  }
  const server: PageServer = {
    folder: join(here, '../renderer'),
    centralUrl,
    forward: (url, init) => net.fetch(url, init),
  };
  protocol.handle(PAGE_SCHEME, (request) => servePage(server, request));
  // The page needs none of what a page may ask for.
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  await createWindow(centralUrl).loadURL(PAGE_URL);
}

function createWindow(centralUrl: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 360,
    minHeight: 560,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(here, '../preload/bridge.cjs'),
      additionalArguments: [bridgeArgument(centralUrl)],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect'] as const) {
    window.webContents.on(event as 'will-navigate', (details, url: string) => {
      if (!url.startsWith(PAGE_URL)) details.preventDefault();
    });
  }
  return window;
}
