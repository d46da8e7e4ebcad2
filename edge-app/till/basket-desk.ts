import type { IdSource } from '@gondola/shared/lib/effects.ts';
import { type Basket, type BasketAction, emptyBasket, reduceBasket } from '../checkout/basket.ts';
import type { DraftStore, Journal } from '../checkout/ports.ts';
import { receiptNumberOf } from '../checkout/ring-up-sale.ts';
import { toUndecided } from './follow-verdicts.ts';
import type { Recovery } from './till.ts';

/** The open basket, saved after every change. */
export interface BasketDesk {
  basket(): Basket;
  change(action: BasketAction): void;
  startNext(): void;
  recovery(): Recovery | null;
  acknowledgeRecovery(): void;
  /** Resolves when the basket as it stands has been saved. */
  saved(): Promise<void>;
}

/** A draft is cleared right after its sale was flushed, so its sale can only be among the last records. */
const TAIL_RECORDS = 20;

/** Opens the desk, and finds out what became of the basket of the last session. */
export async function openBasketDesk(
  drafts: DraftStore | null,
  journal: Journal,
  life: number,
  ids: IdSource,
  changed: () => void,
): Promise<BasketDesk> {
  const draft = (await drafts?.load()) ?? null;
  let basket = emptyBasket(ids.uuid());
  let recovery: Recovery | null = null;
  if (draft !== null && draft.lines.length > 0) {
    recovery = await recordedSale(journal, life, draft.basketId);
    if (recovery === null) {
      basket = draft;
      recovery = { kind: 'unfinished', basket: draft };
    }
  }
  let last: Promise<void> = Promise.resolve();

  function set(next: Basket): void {
    if (next === basket) return;
    basket = next;
    if (drafts !== null) last = last.then(() => drafts.save(next)).catch(() => undefined);
    changed();
  }

  return {
    basket: () => basket,
    change: (action) => set(reduceBasket(basket, action)),
    startNext: () => set(emptyBasket(ids.uuid())),
    recovery: () => recovery,
    acknowledgeRecovery() {
      recovery = null;
      changed();
    },
    saved: () => last,
  };
}

async function recordedSale(journal: Journal, life: number, basketId: string): Promise<Recovery | null> {
  const first = Math.max(1, journal.head().sequence - TAIL_RECORDS + 1);
  for (const sealed of await journal.read(first, TAIL_RECORDS)) {
    const body = toUndecided(sealed)?.body;
    if (body?.type !== 'sell' || body.basketId !== basketId) continue;
    return {
      kind: 'recorded',
      receiptNumber: receiptNumberOf(life, sealed.sequence),
      totalMinor: body.totalMinor,
    };
  }
  return null;
}
