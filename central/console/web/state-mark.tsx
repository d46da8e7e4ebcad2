import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconClockX,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconHourglass,
  IconPlugConnectedX,
  IconScaleOutline,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { STORE_TONES, type StoreState } from './store-state.ts';

export const STORE_ICONS = {
  conflict: IconAlertTriangle,
  deficit: IconScaleOutline,
  offline: IconCloudOff,
  partly: IconPlugConnectedX,
  'catching-up': IconCloudUp,
  online: IconCloudCheck,
  'no-tills': IconCircleMinus,
} as const;

/** A store's state: never colour alone. */
export function StoreStateMark({ state }: { readonly state: StoreState }) {
  const { t } = useTranslation();
  const Icon = STORE_ICONS[state];
  return (
    <span className={`mark tone-${STORE_TONES[state]}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`storeState.${state}`)}</span>
    </span>
  );
}

/** A till's state. */
export function TillStateMark({ online }: { readonly online: boolean }) {
  const { t } = useTranslation();
  const Icon = online ? IconCloudCheck : IconCloudOff;
  return (
    <span className={`mark tone-${online ? 'good' : 'careful'}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(online ? 'till.online' : 'till.offline')}</span>
    </span>
  );
}

const RESERVATION_ICONS = {
  HELD: IconHourglass,
  COMMITTED: IconCircleCheck,
  RELEASED: IconCircleMinus,
  EXPIRED: IconClockX,
} as const;

/** A reservation's state. */
export function ReservationMark({ state }: { readonly state: keyof typeof RESERVATION_ICONS }) {
  const { t } = useTranslation();
  const Icon = RESERVATION_ICONS[state];
  return (
    <span className={`mark ${state === 'HELD' ? 'mark-strong' : 'tone-info'}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`reservation.${state}`)}</span>
    </span>
  );
}

/** Open, closed, or waiting for other tills. */
export function ConflictMark({ state }: { readonly state: 'PENDING' | 'OPEN' | 'CLOSED' }) {
  const { t } = useTranslation();
  const Icon = state === 'OPEN' ? IconAlertTriangle : IconCircleCheck;
  return (
    <span className={`mark tone-${state === 'OPEN' ? 'bad' : 'good'}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`conflict.${state}`)}</span>
    </span>
  );
}
