import { type Dispatch, type SetStateAction, useCallback, useMemo } from 'react';
import type { BasketItem, ProductRow } from '../till/till.ts';
import type { Desk, Panel } from './desk.ts';
import { useTill } from './use-till.ts';

interface AddingParts extends Pick<Desk, 'refuse' | 'notify'> {
  readonly setText: (text: string) => void;
  readonly setPanel: Dispatch<SetStateAction<Panel>>;
}

/** How articles come into the basket: chosen, typed or scanned. */
export function useAdding(parts: AddingParts): Pick<Desk, 'add' | 'addCode' | 'type'> {
  const { refuse, notify, setText, setPanel } = parts;
  const till = useTill();

  const addItem = useCallback(
    (item: BasketItem) => {
      till.changeBasket({ type: 'add', item });
      notify(null);
      setText('');
      // A scan while the receipt of the last customer stands begins the next sale.
      setPanel((before) => (before === 'basket' ? 'basket' : 'find'));
    },
    [till, notify, setText, setPanel],
  );

  const add = useCallback(
    (product: ProductRow, quantity: number) => {
      const { sku, name, priceMinor } = product;
      if (priceMinor === null) return refuse({ kind: 'product-unpriced', sku, name });
      addItem({ sku, name, quantity, unitPriceMinor: priceMinor });
    },
    [addItem, refuse],
  );

  const type = useCallback(
    (next: string) => {
      setText(next);
      if (next !== '') setPanel('find');
    },
    [setText, setPanel],
  );

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

  return useMemo(() => ({ add, addCode, type }), [add, addCode, type]);
}
