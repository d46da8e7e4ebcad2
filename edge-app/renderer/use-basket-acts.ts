import type { Tender } from '@gondola/shared/domain/tender.ts';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Desk } from './desk.ts';
import { useBasket, useTill } from './use-till.ts';

const NO_TENDERS: readonly Tender[] = [];

/** What the open basket was paid with so far; kept with it. */
export function useTenders(): Pick<Desk, 'tenders' | 'takeTenders'> {
  const till = useTill();
  const { tenders = NO_TENDERS } = useBasket();
  const takeTenders = useCallback(
    (next: readonly Tender[]) => void till.changeBasket({ type: 'take-tenders', tenders: next }),
    [till],
  );
  return useMemo(() => ({ tenders, takeTenders }), [tenders, takeTenders]);
}

/** What is done to the basket as a whole. */
export function useBasketActs({
  open,
  refuse,
  notify,
}: Pick<Desk, 'open' | 'refuse' | 'notify'>): Pick<Desk, 'park' | 'discard' | 'openDrawer'> {
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
    [till, open, refuse, notify, t],
  );
}
