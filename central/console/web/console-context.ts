import { must } from '@gondola/shared/lib/assert.ts';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { type StoreView, storesSchema, tillsSchema } from './answers.ts';
import type { Api } from './api-client.ts';
import { createFormats, type Formats } from './format.ts';
import type { Live } from './live.ts';
import type { FeedState } from './live-feed.ts';
import type { Navigation } from './navigation.ts';
import type { Reading, Reads } from './reads.ts';
import type { Route } from './routes.ts';
import type { SessionDesk } from './session.ts';

/** What every screen of a signed-in console stands on. */
export interface Console {
  readonly api: Api;
  readonly reads: Reads;
  readonly live: Live;
  readonly navigation: Navigation;
  readonly session: SessionDesk;
}

export const ConsoleContext = createContext<Console | null>(null);

/** The console of this page. */
export function useConsole(): Console {
  return must(useContext(ConsoleContext), 'screens of the console stand inside its context');
}

/** An answer of the centre, read again whenever something happens. */
export function useRead<Value>(path: string, schema: z.ZodType<Value>): Reading<Value> {
  const { reads } = useConsole();
  const subscribe = useCallback(
    (listener: () => void) => reads.watch(path, schema, listener),
    [reads, path, schema],
  );
  return useSyncExternalStore(subscribe, () => reads.reading<Value>(path));
}

/** The screen that is open. */
export function useRoute(): Route {
  const { navigation } = useConsole();
  return useSyncExternalStore(navigation.subscribe, navigation.route);
}

/** Whether the live feed stands. */
export function useFeedState(): FeedState {
  const { live } = useConsole();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** Formats of the chosen language. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  return useMemo(() => createFormats(i18n.language), [i18n.language]);
}

/** The centre's time, again every `everyMs`: put it into small parts only, as they are drawn each time. */
export function useNow(everyMs = 1_000): number {
  const { api } = useConsole();
  const [now, setNow] = useState(() => api.centralNowMs());
  useEffect(() => {
    const timer = setInterval(() => setNow(api.centralNowMs()), everyMs);
    return () => clearInterval(timer);
  }, [api, everyMs]);
  return now;
}

export const STORES_PATH = '/console/api/stores';

/** All stores, in the order of the centre. */
export function useStores(): Reading<{ stores: StoreView[] }> {
  return useRead(STORES_PATH, storesSchema);
}

/** The name of a store by its id; its id while the names are not here. */
export function useStoreName(): (storeId: string) => string {
  const { value } = useStores();
  return useMemo(() => {
    const names = new Map(value?.stores.map((store) => [store.storeId, store.name]));
    return (storeId) => names.get(storeId) ?? storeId.slice(0, 8);
  }, [value]);
}

/** The name of a till by its id; null while the names are not here. */
export function useTillName(): (tillId: string) => string | null {
  const { value } = useRead('/api/v1/tills', tillsSchema);
  return useMemo(() => {
    const names = new Map(value?.tills.map((till) => [till.tillId, till.name]));
    return (tillId) => names.get(tillId) ?? null;
  }, [value]);
}
