import type { Tender } from '@gondola/shared/domain/tender.ts';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from './desk.ts';
import { useBasket, useTill } from './use-till.ts';

const NO_TENDERS: readonly Tender[] = [];

/** What each basket was paid with so far: a card that was charged must not be forgotten for a look at the finder. */
export function useTenders(): Pick<Desk, 'tenders' | 'takeTenders'> {
  const { basketId } = useBasket();
  const [byBasket, setByBasket] = useState<ReadonlyMap<string, readonly Tender[]>>(new Map());
  const tenders = byBasket.get(basketId) ?? NO_TENDERS;
  const takeTenders = useCallback(
    (next: readonly Tender[]) => setByBasket((before) => new Map(before).set(basketId, next)),
    [basketId],
  );
  return useMemo(() => ({ tenders, takeTenders }), [tenders, takeTenders]);
}

/** What is done to the basket as a whole. */
export function useBasketActs({
  open,
  refuse,
  notify,
  tenders,
}: Pick<Desk, 'open' | 'refuse' | 'notify' | 'tenders'>): Pick<Desk, 'park' | 'discard' | 'openDrawer'> {
  const { t } = useTranslation();
  const till = useTill();
  return useMemo(
    () => ({
      park() {
        if (till.basket().lines.length === 0) return open('parked');
        const refusal = till.parkBasket();
        if (refusal === null) notify(null);
        else refuse(refusal);
      },
      discard() {
        if (tenders.length > 0) return notify({ tone: 'careful', text: t('pay.takenFirst') });
        const refusal = till.discardBasket();
        if (refusal === null) notify(null);
        else refuse(refusal);
      },
      openDrawer() {
        const refusal = till.noSale();
        if (refusal === null) notify({ tone: 'info', text: t('drawer.opened') });
        else refuse(refusal);
      },
    }),
    [till, open, refuse, notify, tenders, t],
  );
}
