import { enrolResponseSchema } from '@gondola/sync/protocol/enrol.ts';
import type { z } from 'zod';
import type { Basket } from '../checkout/basket.ts';
import type { Draft } from '../checkout/draft.ts';
import type { DraftStore } from '../checkout/ports.ts';

/** What enrolment gave: who this till is, and the token that proves it. */
export type Enrolment = z.infer<typeof enrolResponseSchema>;

export interface SettingsStore {
  enrolment(): Promise<Enrolment | null>;
  saveEnrolment(enrolment: Enrolment): Promise<void>;
  readonly drafts: DraftStore;
}

const DATABASE = 'gondola-till';
const STORE = 'settings';

/** A few values in IndexedDB, flushed before they count: a till that forgot who it is could not send its journal. */
export async function openSettings(): Promise<SettingsStore> {
  const database = await open();
  return {
    async enrolment() {
      const stored = enrolResponseSchema.safeParse(await get(database, 'enrolment'));
      return stored.success ? stored.data : null;
    },
    saveEnrolment: (enrolment) => put(database, 'enrolment', enrolment),
    drafts: {
      load: async () => draftOf(await get(database, 'basket')),
      save: (draft) => put(database, 'basket', draft),
    },
  };
}

/** Tills before version 3 kept the open basket alone. */
function draftOf(stored: unknown): Draft | null {
  if (stored === undefined) return null;
  const draft = stored as Draft | Basket;
  return 'lines' in draft ? { basket: draft, parked: [], acts: [] } : draft;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function get(database: IDBDatabase, key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = database.transaction(STORE, 'readonly').objectStore(STORE).get(key);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function put(database: IDBDatabase, key: string, value: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
    transaction.objectStore(STORE).put(value, key);
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
