import { useTranslation } from 'react-i18next';
import { testIds } from './test-ids.ts';
import { useAvailability, useFormats, useNow, usePill, useTillStatus } from './use-till.ts';

/** Younger figures are as good as new. */
const AGE_SHOWN_MS = 60_000;

/** Units for this till's customers as bounds, its own among them; how old they are, when the centre is away. */
export function ShelfStock({ sku }: { readonly sku: string }) {
  const { t } = useTranslation();
  const { count, since } = useFormats();
  const available = useAvailability(sku);
  const { sync } = useTillStatus();
  const now = useNow(10_000);
  const { state } = usePill();
  if (available === null) return <span className="result-stock" data-testid={testIds.resultStock} />;
  const { known, low, high, own, recountNeeded } = available;
  const words = [
    !known && high === 0
      ? t('find.shelfUnknown')
      : high === 0
        ? t('find.shelfNone')
        : low === high
          ? t('find.shelf', { low: count(low) })
          : t('find.shelfRange', { low: count(low), high: count(high) }),
  ];
  if (own > 0) words.push(t('find.shelfOwn', { own: count(own) }));
  if (recountNeeded) words.push(t('find.recount'));
  const ageMs = sync.lastContactAtMs === null ? 0 : now - (sync.clockErrorMs ?? 0) - sync.lastContactAtMs;
  if (state === 'offline' && ageMs >= AGE_SHOWN_MS) words.push(t('find.age', { since: since(ageMs) }));
  const tone = high === 0 && known ? 'result-stock tone-careful' : 'result-stock';
  return (
    <span className={tone} data-testid={testIds.resultStock} data-low={low} data-high={high} data-own={own}>
      {words.join(' · ')}
    </span>
  );
}
