import type { TillAct } from '@gondola/shared/domain/till-act.ts';
import type { Clock, IdSource } from '@gondola/shared/lib/effects.ts';
import { type Basket, type BasketAction, emptyBasket, reduceBasket } from '../checkout/basket.ts';
import {
  type Draft,
  emptyDraft,
  noteAct,
  type ParkedBasket,
  park,
  recorded,
  resume,
} from '../checkout/draft.ts';
import type { DraftStore, Journal } from '../checkout/ports.ts';
import { receiptNumberOf } from '../checkout/ring-up-sale.ts';
import { toUndecided } from './follow-verdicts.ts';
import type { Recovery } from './till.ts';

/** The open basket and those put aside, saved after every change. */
export interface BasketDesk {
  basket(): Basket;
  parked(): readonly ParkedBasket[];
  acts(): readonly TillAct[];
  change(action: BasketAction): void;
  /** Whether there was room, and something to put aside. */
  park(): boolean;
  resume(basketId: string): void;
  /** Empties the basket, and notes that it was. */
  voidBasket(): void;
  noSale(): void;
  /** The basket as it was handed over is on disk, and its record carries these acts. */
  recorded(basket: Basket, acts: readonly TillAct[]): void;
  recovery(): Recovery | null;
  acknowledgeRecovery(): void;
  /** Resolves when everything as it stands has been saved. */
  saved(): Promise<void>;
}

export interface BasketDeskParts {
  readonly drafts: DraftStore | null;
  readonly journal: Journal;
  readonly life: number;
  readonly ids: IdSource;
  readonly clock: Clock;
  changed(): void;
}

/** A draft is cleared right after its sale was flushed, so its record can only be among the last records. */
const TAIL_RECORDS = 20;

/** Opens the desk, and finds out what became of the basket of the last session. */
export async function openBasketDesk(parts: BasketDeskParts): Promise<BasketDesk> {
  const { drafts, ids, clock, changed } = parts;
  const opened = await openDraft(parts);
  let { draft, recovery } = opened;
  let last: Promise<void> = Promise.resolve();
  const now = (): string => new Date(clock.wallMs()).toISOString();

  function set(next: Draft): void {
    if (next === draft) return;
    draft = next;
    if (drafts !== null) last = last.then(() => drafts.save(next)).catch(() => undefined);
    changed();
  }

  return {
    basket: () => draft.basket,
    parked: () => draft.parked,
    acts: () => draft.acts,
    change(action) {
      const basket = reduceBasket(draft.basket, action);
      if (basket === draft.basket) return;
      const gone =
        action.type === 'void' ? draft.basket.lines.filter(({ lineId }) => lineId === action.lineId) : [];
      set({ ...(gone.length === 0 ? draft : noteAct(draft, 'void-line', gone, now())), basket });
    },
    park() {
      const next = park(draft, ids.uuid(), now());
      if (next !== null) set(next);
      return next !== null;
    },
    resume: (basketId) => set(resume(draft, basketId, now())),
    voidBasket() {
      const { lines } = draft.basket;
      const noted = lines.length === 0 ? draft : noteAct(draft, 'void-basket', lines, now());
      set({ ...noted, basket: emptyBasket(ids.uuid()) });
    },
    noSale: () => set(noteAct(draft, 'no-sale', [], now())),
    recorded: (basket, acts) => set(recorded(draft, basket, ids.uuid(), acts)),
    recovery: () => recovery,
    acknowledgeRecovery() {
      recovery = null;
      changed();
    },
    saved: () => last,
  };
}

async function openDraft({
  drafts,
  journal,
  life,
  ids,
}: BasketDeskParts): Promise<{ draft: Draft; recovery: Recovery | null }> {
  const fresh = emptyDraft(ids.uuid());
  const draft = (await drafts?.load()) ?? fresh;
  if (draft.basket.lines.length === 0) return { draft: { ...draft, basket: fresh.basket }, recovery: null };
  const record = await recordOf(journal, life, draft.basket.basketId);
  if (record === null) return { draft, recovery: { kind: 'unfinished', basket: draft.basket } };
  // A sale's record carries the acts as well; a return leaves them to the next sale.
  const acts = record.type === 'sell' ? [] : draft.acts;
  return { draft: { ...fresh, parked: draft.parked, acts }, recovery: record.recovery };
}

interface BasketRecord {
  readonly type: 'sell' | 'return';
  readonly recovery: Recovery;
}

async function recordOf(journal: Journal, life: number, basketId: string): Promise<BasketRecord | null> {
  const first = Math.max(1, journal.head().sequence - TAIL_RECORDS + 1);
  for (const sealed of await journal.read(first, TAIL_RECORDS)) {
    const body = toUndecided(sealed)?.body;
    if ((body?.type !== 'sell' && body?.type !== 'return') || body.basketId !== basketId) continue;
    const { type, totalMinor } = body;
    const receiptNumber = receiptNumberOf(life, sealed.sequence);
    return { type, recovery: { kind: 'recorded', receiptNumber, totalMinor } };
  }
  return null;
}
