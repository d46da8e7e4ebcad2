import { must } from '@gondola/shared/lib/assert.ts';
import { createContext, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BasketItem, CheckoutRefusal, ProductRow, Receipt } from '../till/till.ts';
import type { Tone } from './notice.tsx';
import { useFormats, useTill } from './use-till.ts';
import { refusalValues } from './wording.ts';

/** `basket` is a part of its own only on a phone; elsewhere it stands beside the others. */
export type Panel = 'basket' | 'find' | 'holds' | 'conflicts' | 'status' | 'tender' | 'done';

export interface DeskNotice {
  readonly tone: Tone;
  readonly text: string;
}

/** What the screen itself remembers, and the few acts that several of its parts share. */
export interface Desk {
  readonly panel: Panel;
  readonly text: string;
  readonly notice: DeskNotice | null;
  readonly receipt: Receipt | null;
  open(panel: Panel): void;
  type(text: string): void;
  notify(notice: DeskNotice | null): void;
  refuse(refusal: CheckoutRefusal): void;
  add(product: ProductRow, quantity: number): void;
  addCode(code: string, quantity: number): Promise<void>;
  finish(receipt: Receipt): void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  return must(useContext(DeskContext), 'parts of the till screen stand inside its desk');
}

/** The desk of one till screen. */
export function useNewDesk(): Desk {
  const till = useTill();
  const { t } = useTranslation();
  const { money } = useFormats();
  const [panel, setPanel] = useState<Panel>('find');
  const [text, setText] = useState('');
  const [notice, notify] = useState<DeskNotice | null>(null);
  const [receipt, setReceipt] = useState<Receipt | null>(null);

  const open = useCallback((next: Panel) => {
    setPanel(next);
    notify(null);
  }, []);

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

  const addItem = useCallback(
    (item: BasketItem) => {
      till.changeBasket({ type: 'add', item });
      notify(null);
      setText('');
      // A scan while the receipt of the last customer stands begins the next sale.
      setPanel((before) => (before === 'basket' ? 'basket' : 'find'));
    },
    [till],
  );

  const add = useCallback(
    (product: ProductRow, quantity: number) => {
      const { sku, name, priceMinor } = product;
      if (priceMinor === null) return refuse({ kind: 'product-unpriced', sku, name });
      addItem({ sku, name, quantity, unitPriceMinor: priceMinor });
    },
    [addItem, refuse],
  );

  const type = useCallback((next: string) => {
    setText(next);
    if (next !== '') setPanel('find');
  }, []);

  const addCode = useCallback(
    async (code: string, quantity: number) => {
      const scanned = await till.scan(code, quantity);
      if (scanned.ok) addItem(scanned.value);
      // Letters that came as fast as a scan are a name that was pasted or typed by a machine.
      else if (scanned.error.kind === 'product-unknown' && !/^\d+$/.test(code)) type(code);
      else refuse(scanned.error);
    },
    [addItem, refuse, till, type],
  );

  const finish = useCallback((next: Receipt) => {
    setReceipt(next);
    setPanel('done');
    setText('');
    notify(null);
  }, []);

  return useMemo(
    () => ({ panel, text, notice, receipt, open, type, notify, refuse, add, addCode, finish }),
    [panel, text, notice, receipt, open, type, refuse, add, addCode, finish],
  );
}
