import { must } from '@gondola/shared/lib/assert.ts';
import { createContext, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Basket, ParkedBasket, ShelfView, Till, TillHost, TillStatus } from '../till/till.ts';
import { createFormats, type Formats } from './format.ts';
import { FIRST_PILL, nextPill, type PillMemory } from './pill.ts';

export const TillContext = createContext<Till | null>(null);

export const TillHostContext = createContext<TillHost | null>(null);

/** What opens the till of this device, or enrols it. */
export function useTillHost(): TillHost {
  return must(useContext(TillHostContext), 'screens of the till stand inside their host’s context');
}

/** The till of this page. */
export function useTill(): Till {
  return must(useContext(TillContext), 'screens of the till stand inside its context');
}

export function useTillStatus(): TillStatus {
  const till = useTill();
  return useSyncExternalStore(till.subscribe, till.status);
}

export function useBasket(): Basket {
  const till = useTill();
  return useSyncExternalStore(till.subscribe, till.basket);
}

/** Baskets that were put aside. */
export function useParked(): readonly ParkedBasket[] {
  const till = useTill();
  return useSyncExternalStore(till.subscribe, till.parkedBaskets);
}

/** Formats of the chosen language and the till's currency. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const { currency } = useTill().identity;
  return useMemo(() => createFormats(i18n.language, currency), [i18n.language, currency]);
}

/** What a read of the till gives, read again whenever `reason` changes; `before` until the first answer. */
export function useLoaded<Value>(
  load: () => Promise<Value>,
  before: Value,
  reason: readonly unknown[],
): Value {
  const [value, setValue] = useState(before);
  useEffect(() => {
    let wanted = true;
    void load().then((loaded) => {
      if (wanted) setValue(loaded);
    });
    return () => {
      wanted = false;
    };
    // biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what makes the value stale
  }, reason);
  return value;
}

export function useAvailability(sku: string): ShelfView | null {
  const till = useTill();
  const { revision } = useTillStatus();
  return useLoaded(async () => (await till.availability([sku]))[0] ?? null, null, [till, sku, revision]);
}

/** The centre's time as this till knows it, again every `everyMs`. */
export function useNow(everyMs: number): number {
  const till = useTill();
  const [now, setNow] = useState(() => till.centralNowMs());
  useEffect(() => {
    const timer = setInterval(() => setNow(till.centralNowMs()), everyMs);
    return () => clearInterval(timer);
  }, [till, everyMs]);
  return now;
}

/** The state pill, which remembers what it showed before. */
export function usePill(): PillMemory {
  const status = useTillStatus();
  const memory = useRef(FIRST_PILL);
  memory.current = nextPill(memory.current, status);
  return memory.current;
}
