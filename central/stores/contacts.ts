/**
 * What was last heard of each till: in memory at once, in the database every few seconds.
 *
 * A till calls several times a second in a rush; writing each call would cost more than deciding it. What
 * a crash loses is a few seconds of "last contact", which the till's next call brings back.
 */
import type { Part } from '../platform/service.ts';
import type { Contact } from './model.ts';
import type { RegisterStore } from './ports.ts';

const flushEveryMs = 3_000;

export interface Contacts {
  readonly record: (tillId: string, contact: Contact) => void;
  /** What is known here and perhaps not yet written. */
  readonly recent: (tillId: string) => Contact | undefined;
  /** Writes from time to time, and once more when it is stopped. */
  readonly part: Part;
}

/** The memory of one node. */
export function createContacts(store: Pick<RegisterStore, 'saveContacts'>): Contacts {
  const latest = new Map<string, Contact>();
  const unwritten = new Map<string, Contact>();
  const flush = async (): Promise<void> => {
    if (unwritten.size === 0) return;
    const batch = new Map(unwritten);
    unwritten.clear();
    try {
      await store.saveContacts(batch);
    } catch (error) {
      for (const [tillId, contact] of batch) if (!unwritten.has(tillId)) unwritten.set(tillId, contact);
      throw error;
    }
  };
  return {
    record: (tillId, contact) => {
      const clockErrorMs = contact.clockErrorMs ?? latest.get(tillId)?.clockErrorMs ?? null;
      latest.set(tillId, { ...contact, clockErrorMs });
      unwritten.set(tillId, { ...contact, clockErrorMs });
    },
    recent: (tillId) => latest.get(tillId),
    part: {
      name: 'contacts of tills',
      run: async (signal) => {
        while (!signal.aborted) {
          await flush();
          await pause(flushEveryMs, signal);
        }
        await flush();
      },
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
