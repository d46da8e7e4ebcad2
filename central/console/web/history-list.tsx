import {
  IconAdjustments,
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowsExchange,
  IconArrowUpRight,
  IconCircleMinus,
  IconClipboardCheck,
  IconClockX,
  IconDeviceDesktop,
  IconDeviceDesktopQuestion,
  IconHourglass,
  IconPoint,
  IconRefreshAlert,
  IconTruck,
  IconTruckDelivery,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Moment } from './ages.tsx';
import type { HistoryEntry } from './answers.ts';
import { useFormats } from './console-context.ts';
import { Empty } from './empty.tsx';
import { historyTone, historyWords } from './event-words.ts';
import { useOriginWords } from './origin-words.ts';
import { testIds } from './test-ids.ts';

const ICONS: Readonly<Record<string, typeof IconPoint>> = {
  ItemsSold: IconArrowUpRight,
  ItemsReturned: IconArrowBackUp,
  GoodsReceived: IconTruckDelivery,
  StockCounted: IconClipboardCheck,
  RecountFlagged: IconRefreshAlert,
  ReservationHeld: IconHourglass,
  ReservationCommitted: IconArrowUpRight,
  ReservationReleased: IconCircleMinus,
  ReservationExpired: IconClockX,
  StockAdjusted: IconAdjustments,
  AllotmentGranted: IconDeviceDesktop,
  AllotmentSurrendered: IconDeviceDesktop,
  AllotmentSettled: IconDeviceDesktop,
  AllotmentExpired: IconDeviceDesktopQuestion,
  AllotmentForced: IconDeviceDesktopQuestion,
  TransferHeld: IconArrowsExchange,
  TransferReleased: IconArrowsExchange,
  TransferDispatched: IconTruck,
  TransferReceived: IconTruckDelivery,
};

/** What happened to a pool, newest first, in words. */
export function HistoryList({ history }: { readonly history: readonly HistoryEntry[] }) {
  const { t } = useTranslation();
  const who = useOriginWords();
  if (history.length === 0) return <Empty title={t('pool.historyNone')} hint={t('pool.historyNoneHint')} />;
  return (
    <ol className="history">
      {history.map((entry) => (
        <Entry key={entry.position} entry={entry} by={who(entry.operationId)} />
      ))}
    </ol>
  );
}

function wordValues(
  values: Readonly<Record<string, string | number>>,
  change: (units: number) => string,
): Record<string, string | number> {
  return typeof values['change'] === 'number' ? { ...values, change: change(values['change']) } : values;
}

function Entry({ entry, by }: { readonly entry: HistoryEntry; readonly by: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = historyWords(entry);
  const tone = historyTone(entry);
  const Icon = tone === 'bad' ? IconAlertTriangle : (ICONS[entry.type] ?? IconPoint);
  return (
    <li
      className="history-entry"
      data-testid={testIds.historyEntry}
      data-type={entry.type}
      data-position={entry.position}
    >
      <span className="dimmed history-time">
        <Moment at={entry.at} />
      </span>
      <Icon size={16} aria-hidden="true" className={`history-icon tone-${tone}`} />
      <span className="history-words">
        <strong className={tone === 'info' ? undefined : `tone-${tone}`}>
          {t(words.key, wordValues(words.values, formats.change))}
        </strong>{' '}
        <span className="dimmed">{t('origin.by', { who: by })}</span>
      </span>
      <span className="tabular history-change">{entry.onHand === 0 ? '' : formats.change(entry.onHand)}</span>
      <span className="dimmed tabular">{t('pool.after', { count: formats.count(entry.onHandAfter) })}</span>
    </li>
  );
}
