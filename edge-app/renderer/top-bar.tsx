import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconLoader2,
  IconPlugX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import type { PillState } from './pill.ts';
import { Preferences } from './preferences.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useNow, usePill, useTill, useTillStatus } from './use-till.ts';

const TONES: Readonly<Record<PillState, string>> = {
  online: 'good',
  connecting: 'info',
  offline: 'careful',
  'catching-up': 'info',
  'needs-help': 'careful',
  'disk-failed': 'bad',
};

const ICONS = {
  online: IconCloudCheck,
  connecting: IconLoader2,
  offline: IconCloudOff,
  'catching-up': IconCloudUp,
  'needs-help': IconAlertTriangle,
  'disk-failed': IconPlugX,
} as const;

/** Who this till is, whether the centre hears it, and the time. */
export function TopBar() {
  const { identity } = useTill();
  const { time } = useFormats();
  const now = useNow(1_000);
  return (
    <header className="top-bar">
      <h1 className="top-name">
        <span className="top-store">{identity.storeName}</span>
        <span className="top-till">{identity.tillName}</span>
      </h1>
      <StatePill />
      <div className="top-end">
        <time className="tabular top-clock">{time(now)}</time>
        <Preferences />
      </div>
    </header>
  );
}

function StatePill() {
  const { t } = useTranslation();
  const desk = useDesk();
  const status = useTillStatus();
  const { state, peak } = usePill();
  const words = usePillWords(state, peak);
  const Icon = ICONS[state];
  return (
    <button
      type="button"
      className={`pill pill-${TONES[state]}`}
      data-testid={testIds.pill}
      data-state={state}
      data-waiting={status.sync.waiting.count}
      data-catalogue={status.catalogueSize}
      data-searchable={status.searchable}
      aria-label={t('pill.open', { state: words })}
      onClick={() => desk.open('status')}
    >
      <Icon size={20} aria-hidden="true" className={`tone-${TONES[state]}`} />
      <span className="tabular">{words}</span>
    </button>
  );
}

function usePillWords(state: PillState, peak: number): string {
  const { t } = useTranslation();
  const till = useTill();
  const { sync } = useTillStatus();
  const formats = useFormats();
  const now = useNow(1_000);
  const { count } = sync.waiting;
  switch (state) {
    case 'online':
      return t('pill.online');
    case 'connecting':
      return t('pill.connecting');
    case 'catching-up':
      return t('pill.catchingUp', { done: formats.count(peak - count), total: formats.count(peak) });
    case 'needs-help':
      return t('pill.needsHelp');
    case 'disk-failed':
      return t('pill.diskFailed');
    case 'offline': {
      const sinceMs = sync.lastContactAtMs === null ? till.openedAtMs : sync.lastContactAtMs;
      const since = formats.since(now - (sync.clockErrorMs ?? 0) - sinceMs);
      return count === 0
        ? t('pill.offline', { since })
        : t('pill.offlineWaiting', { since, count, formatted: formats.count(count) });
    }
  }
}
