import { useTranslation } from 'react-i18next';
import { useTillName } from './console-context.ts';
import { originOf } from './origin.ts';

/** Who asked for an operation, as a word. */
export function useOriginWords(): (operationId: string | null) => string {
  const { t } = useTranslation();
  const tillName = useTillName();
  return (operationId) => {
    const origin = originOf(operationId);
    if (origin.kind === 'other') return t('origin.other', { id: origin.id });
    if (origin.kind !== 'till') return t(`origin.${origin.kind}`);
    const till = tillName(origin.tillId);
    return till === null
      ? t('origin.tillUnknown', { receipt: origin.receipt })
      : t('origin.till', { till, receipt: origin.receipt });
  };
}
