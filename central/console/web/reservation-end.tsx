import { useTranslation } from 'react-i18next';
import type { ReservationRow } from './answers.ts';
import { useFormats, useNow } from './console-context.ts';

/** When a hold ends, counted down while it stands. */
export function ReservationEnd({ reservation }: { readonly reservation: ReservationRow }) {
  if (reservation.state !== 'HELD') {
    return <Ended />;
  }
  return <Countdown expiresAt={reservation.expiresAt} />;
}

function Ended() {
  const { t } = useTranslation();
  return <span className="dimmed">{t('reservation.ended')}</span>;
}

function Countdown({ expiresAt }: { readonly expiresAt: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const end = Date.parse(expiresAt);
  if (end <= now) {
    return <span className="dimmed">{t('reservation.over', { since: formats.since(now - end) })}</span>;
  }
  return (
    <span className="tabular">
      {t('reservation.heldUntil', { time: formats.time(end), left: formats.countdown(end - now) })}
    </span>
  );
}
