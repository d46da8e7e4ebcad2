import type { Clock, IdSource, Scheduler } from '@gondola/shared/lib/effects.ts';
import { v4 } from 'uuid';
import { JournalError } from '../checkout/ports.ts';
import { openPouchJournal } from '../journal/pouch-journal.ts';
import { createProductSearch } from '../replica/product-search.ts';
import { openRxReplica } from '../replica/rx-replica.ts';
import { enrol } from '../uplink/enrol.ts';
import { createHttpTransport } from '../uplink/http-transport.ts';
import { createSocketPokes } from '../uplink/socket-transport.ts';
import { createGrantVerifier } from '../uplink/verify-grants.ts';
import type { StorageFacts } from './readiness.ts';
import { type Enrolment, openSettings, type SettingsStore } from './settings-store.ts';
import { createTill } from './start-till.ts';
import type { Till, TillHost, TillIdentity, TillSession } from './till.ts';

/** Where the centre is. Both are '' in a browser, where the page comes from the centre itself. */
export interface CentralAddress {
  readonly httpUrl: string;
  readonly socketUrl: string;
}

const clock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
const ids: IdSource = { uuid: () => v4() };
const scheduler: Scheduler = {
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
/** One writer per profile: two windows on one journal would fork its chain. */
const WRITER_LOCK = 'gondola-till-writer';

/** The composition root of the till in a page, in a browser and in Electron alike. */
export function startBrowser(address: CentralAddress): TillHost {
  const listeners = new Set<() => void>();
  let session: TillSession = { kind: 'starting' };
  let settings: SettingsStore | null = null;

  function show(next: TillSession): void {
    session = next;
    for (const listener of listeners) listener();
  }

  function fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    show({ kind: 'failed', code: error instanceof JournalError ? error.code : 'unknown', message });
  }

  async function open(enrolment: Enrolment): Promise<void> {
    const till = await openTill(address, enrolment, settings ?? (await openSettings()));
    watchNetwork(till);
    till.start();
    show({ kind: 'ready', till });
  }

  async function begin(): Promise<void> {
    settings = await openSettings();
    const enrolment = await settings.enrolment();
    if (enrolment === null) show({ kind: 'enrolling', busy: false, problem: null });
    else await open(enrolment);
  }

  holdWriterLock(show, () => begin().catch(fail));
  return {
    session: () => session,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async enrolAgain() {
      if (session.kind !== 'ready') return;
      const { till } = session;
      show({ kind: 'enrolling', busy: false, problem: null });
      await till.close();
    },
    async enrol(code, tillName) {
      show({ kind: 'enrolling', busy: true, problem: null });
      const answer = await enrol({ baseUrl: address.httpUrl }, { code, tillName });
      if (!answer.ok) return show({ kind: 'enrolling', busy: false, problem: answer.error });
      try {
        settings ??= await openSettings();
        await settings.saveEnrolment(answer.value);
        await open(answer.value);
      } catch (error) {
        fail(error);
      }
    },
  };
}

/** Begins when this window is the profile's only till; until then it says so, and takes over when the other closes. */
function holdWriterLock(show: (session: TillSession) => void, begin: () => void): void {
  if (!('locks' in navigator)) {
    const message = 'navigator.locks is missing';
    show({ kind: 'failed', code: 'insecure-page', message });
    return;
  }
  const keep = (): Promise<never> => {
    begin();
    // The lock is kept until the window closes.
    return new Promise(() => {});
  };
  void navigator.locks.request(WRITER_LOCK, { ifAvailable: true }, (lock) => {
    if (lock !== null) return keep();
    show({ kind: 'waiting-for-window' });
    void navigator.locks.request(WRITER_LOCK, keep);
    return undefined;
  });
}

async function openTill(
  address: CentralAddress,
  enrolment: Enrolment,
  settings: SettingsStore,
): Promise<Till> {
  const { token, grantKey, ...who } = enrolment;
  const identity: TillIdentity = who;
  const storage = await askForPersistence();
  // The journal first: it makes every later transaction of the page strict.
  const journal = await openPouchJournal({ identity, scheduler });
  const replica = await openRxReplica(identity.tillId);
  return createTill({
    identity,
    journal,
    replica,
    transport: createHttpTransport({ baseUrl: address.httpUrl, token }),
    pokes: createSocketPokes({ baseUrl: address.socketUrl, token, webSocketOnly: address.socketUrl !== '' }),
    clock,
    ids,
    scheduler,
    random: { next: () => Math.random() },
    drafts: settings.drafts,
    search: createProductSearch(),
    storageFacts: storage,
    earlierLives: Array.from({ length: identity.life - 1 }, (_, index) => ({
      life: index + 1,
      journal: journal.earlierLife(index + 1),
    })),
    ...(grantKey === undefined ? {} : { grantVerifier: createGrantVerifier(grantKey) }),
  });
}

/** Asks the browser never to evict this page's storage, and tells what came of it. */
async function askForPersistence(): Promise<() => Promise<StorageFacts | null>> {
  if (navigator.storage?.persist === undefined) return async () => null;
  const persisted = await navigator.storage.persist().catch(() => false);
  return async () => {
    const { quota, usage } = await navigator.storage.estimate();
    return { persisted, freeBytes: quota === undefined || usage === undefined ? null : quota - usage };
  };
}

function watchNetwork(till: Till): void {
  globalThis.addEventListener('online', () => till.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') till.retryNow();
  });
}
