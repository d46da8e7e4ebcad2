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
import { explainCount } from './count-explained.ts';
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
        <Entry key={entry.position} entry={entry} history={history} by={who(entry.operationId)} />
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

interface EntryProps {
  readonly entry: HistoryEntry;
  readonly history: readonly HistoryEntry[];
  readonly by: string;
}

function Entry({ entry, history, by }: EntryProps) {
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
        <Committed history={history} position={entry.position} />
      </span>
      <span className="tabular history-change">{entry.onHand === 0 ? '' : formats.change(entry.onHand)}</span>
      <span className="dimmed tabular">{t('pool.after', { count: formats.count(entry.onHandAfter) })}</span>
    </li>
  );
}

/** Goods that were paid and may not have been collected, as a figure of its own beside a count's difference. */
function Committed({
  history,
  position,
}: {
  readonly history: readonly HistoryEntry[];
  readonly position: number;
}) {
  const { t } = useTranslation();
  const explained = explainCount(history, position);
  if (explained === null || explained.committedUnits === 0) return null;
  const { committedUnits, explainedUnits } = explained;
  return (
    <span
      className="tone-careful history-more"
      data-testid={testIds.countCommitted}
      data-units={committedUnits}
      data-explained={explainedUnits}
    >
      {t('history.committed', { count: committedUnits })}
      {explainedUnits > 0 && ` ${t('history.committed-found', { count: explainedUnits })}`}
    </span>
  );
}
