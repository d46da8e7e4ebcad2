import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircleCheck,
  IconCircleMinus,
  IconClockX,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconHandStop,
  IconHelpCircle,
  IconHourglass,
  IconPlugConnectedX,
  IconScaleOutline,
  IconShieldCheck,
  IconTruck,
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

const TRANSFER_MARKS = {
  REQUESTED: { Icon: IconHourglass, tone: 'careful' },
  DISPATCHED: { Icon: IconTruck, tone: 'careful' },
  RECEIVED: { Icon: IconCircleCheck, tone: 'good' },
  RETURNED: { Icon: IconArrowBackUp, tone: 'info' },
  CANCELLED: { Icon: IconCircleMinus, tone: 'info' },
} as const;

/** Where the goods of a transfer are. */
export function TransferMark({ state }: { readonly state: keyof typeof TRANSFER_MARKS }) {
  const { t } = useTranslation();
  const { Icon, tone } = TRANSFER_MARKS[state];
  return (
    <span className={`mark tone-${tone}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`transfer.${state}`)}</span>
    </span>
  );
}

const ALLOTMENT_MARKS = {
  ACTIVE: { Icon: IconShieldCheck, tone: 'good' },
  CLOSING: { Icon: IconHourglass, tone: 'careful' },
  EXPIRED: { Icon: IconHelpCircle, tone: 'careful' },
  FORCED: { Icon: IconHandStop, tone: 'bad' },
  SETTLED: { Icon: IconCircleCheck, tone: 'info' },
} as const;

/** Whether a till may spend what it holds. */
export function AllotmentMark({ state }: { readonly state: keyof typeof ALLOTMENT_MARKS }) {
  const { t } = useTranslation();
  const { Icon, tone } = ALLOTMENT_MARKS[state];
  return (
    <span className={`mark tone-${tone}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`allotment.${state}`)}</span>
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

const CONFLICT_MARKS = {
  OPEN: { Icon: IconAlertTriangle, tone: 'bad' },
  PENDING: { Icon: IconHourglass, tone: 'careful' },
  CLOSED: { Icon: IconCircleCheck, tone: 'good' },
} as const;

/** Open, closed, or waiting for other tills. */
export function ConflictMark({ state }: { readonly state: 'PENDING' | 'OPEN' | 'CLOSED' }) {
  const { t } = useTranslation();
  const { Icon, tone } = CONFLICT_MARKS[state];
  return (
    <span className={`mark tone-${tone}`}>
      <Icon size={16} aria-hidden="true" />
      <span>{t(`conflict.${state}`)}</span>
    </span>
  );
}
