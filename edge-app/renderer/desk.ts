import type { Tender } from '@gondola/shared/domain/tender.ts';
import { must } from '@gondola/shared/lib/assert.ts';
import { createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckoutRefusal, ProductRow, Receipt, Returned } from '../till/till.ts';
import type { Tone } from './notice.tsx';
import { useAdding } from './use-adding.ts';
import { useBasketActs, useTenders } from './use-basket-acts.ts';
import { useFormats } from './use-till.ts';
import { refusalValues } from './wording.ts';

/** `basket` is a part of its own only on a phone; elsewhere it stands beside the others. */
export type Panel =
  | 'basket'
  | 'find'
  | 'holds'
  | 'conflicts'
  | 'status'
  | 'tender'
  | 'done'
  | 'adjust'
  | 'parked'
  | 'returns';

/** Parts that take every key for themselves: neither the search nor its field is there. */
export const PANELS_WITHOUT_SEARCH: ReadonlySet<Panel> = new Set(['tender', 'adjust', 'parked', 'returns']);

export interface DeskNotice {
  readonly tone: Tone;
  readonly text: string;
}

/** What the screen itself remembers, and the few acts that several of its parts share. */
export interface Desk {
  readonly panel: Panel;
  readonly text: string;
  readonly notice: DeskNotice | null;
  /** Of a sale, or of a return. */
  readonly receipt: Slip | null;
  /** The line that `adjust` is about; null is the whole basket. */
  readonly adjusting: number | null;
  /** What the open basket was paid with so far. */
  readonly tenders: readonly Tender[];
  open(panel: Panel): void;
  /** To the basket or the finder, whichever stood there before. */
  back(): void;
  adjust(lineId: number | null): void;
  takeTenders(tenders: readonly Tender[]): void;
  /** Puts the basket aside; shows those that wait when it is empty. */
  park(): void;
  discard(): void;
  openDrawer(): void;
  type(text: string): void;
  notify(notice: DeskNotice | null): void;
  refuse(refusal: CheckoutRefusal): void;
  add(product: ProductRow, quantity: number): void;
  addCode(code: string, quantity: number): Promise<void>;
  finish(slip: Slip): void;
}

/** What is on disk and can be printed. */
export type Slip = Receipt | Returned;

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  return must(useContext(DeskContext), 'parts of the till screen stand inside its desk');
}

/** The desk of one till screen. */
export function useNewDesk(): Desk {
  const { t } = useTranslation();
  const { money } = useFormats();
  const [panel, setPanel] = useState<Panel>('find');
  const [text, setText] = useState('');
  const [notice, notify] = useState<DeskNotice | null>(null);
  const [receipt, setReceipt] = useState<Slip | null>(null);
  const [adjusting, setAdjusting] = useState<number | null>(null);
  const home = useRef<Panel>('find');

  const open = useCallback((next: Panel) => {
    if (next === 'basket' || next === 'find') home.current = next;
    setPanel(next);
    notify(null);
  }, []);
  const back = useCallback(() => open(home.current), [open]);
  const adjust = useCallback(
    (lineId: number | null) => {
      setAdjusting(lineId);
      open('adjust');
    },
    [open],
  );

  const refuse = useCallback(
    (refusal: CheckoutRefusal) => {
      const values = refusalValues(refusal, money, (key) => t(key));
      notify({
        tone: refusal.kind === 'journal-failed' ? 'bad' : 'careful',
        text: t(`refusal.${refusal.kind}`, values),
      });
    },
    [money, t],
  );

  const adding = useAdding({ refuse, notify, setText, setPanel });
  const payments = useTenders();
  const acts = useBasketActs({ open, refuse, notify });

  const finish = useCallback((next: Slip) => {
    setReceipt(next);
    setPanel('done');
    setText('');
    notify(null);
  }, []);

  return useMemo(
    () => ({
      ...{ panel, text, notice, receipt, adjusting, open, back, adjust, notify, refuse, finish },
      ...{ ...adding, ...payments, ...acts },
    }),
    [panel, text, notice, receipt, adjusting, open, back, adjust, refuse, finish, adding, payments, acts],
  );
}
