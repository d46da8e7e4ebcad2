import { IconAlertTriangle, IconArrowLeft, IconRefreshAlert, IconTimeline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { AllotmentPanel } from './allotment-list.tsx';
import { type PoolView, poolAnswerSchema, type ReservationRow } from './answers.ts';
import { useFormats, useRead, useStoreName } from './console-context.ts';
import { Empty } from './empty.tsx';
import { HistoryList } from './history-list.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { PolicyPanel } from './policy-panel.tsx';
import { BUCKETS, BucketBar, BucketFigures } from './pool-bar.tsx';
import { ReservationEnd } from './reservation-end.tsx';
import { ReservationMark } from './state-mark.tsx';
import { testIds } from './test-ids.ts';

interface PoolPageProps {
  readonly storeId: string;
  readonly sku: string;
}

/** One article in one store: what is there, who holds what, and how it came to this. */
export function PoolPage({ storeId, sku }: PoolPageProps) {
  const { t } = useTranslation();
  const storeName = useStoreName();
  const path = `/console/api/pools/${encodeURIComponent(storeId)}/${encodeURIComponent(sku)}`;
  const reading = useRead(path, poolAnswerSchema);
  return (
    <div className="pool-page" data-testid={testIds.poolPage}>
      <header className="page-head">
        <Link to={{ page: 'stock', text: '', storeId }} className="back-link">
          <IconArrowLeft size={16} aria-hidden="true" />
          {t('pool.back')}
        </Link>
        <h1 className="page-title">
          {reading.value?.pool.productName ?? sku} <span className="dimmed tabular">{sku}</span>
        </h1>
        <Link to={{ page: 'store', storeId }}>{storeName(storeId)}</Link>
        <nav className="page-links" aria-label={t('pool.events')}>
          <Link to={{ page: 'events', storeId, sku, type: null }}>
            <IconTimeline size={16} aria-hidden="true" />
            {t('pool.events')}
          </Link>
        </nav>
      </header>
      <Panel title={t('pool.title')} reading={reading} className="pool-now">
        {({ pool }) => <PoolNow pool={pool} />}
      </Panel>
      <Panel title={t('pool.history')} reading={reading} rows={8} className="pool-history">
        {({ history }) => <HistoryList history={history} />}
      </Panel>
      <div className="pool-side">
        <AllotmentPanel storeId={storeId} sku={sku} />
        <PolicyPanel storeId={storeId} sku={sku} />
        <Panel title={t('pool.reservations')} reading={reading} className="pool-reservations">
          {({ reservations }) => <PoolReservations reservations={reservations} />}
        </Panel>
      </div>
    </div>
  );
}

function PoolNow({ pool }: { readonly pool: PoolView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const units = BUCKETS.reduce((sum, bucket) => sum + pool[bucket], 0);
  return (
    <div className="panel-body pool-now-body">
      <div className="pool-sum">
        <span className="on-hand tabular" data-testid={testIds.onHand}>
          {formats.count(pool.onHand)}
        </span>
        <span>
          {t('pool.onHand')}
          <br />
          <span className="dimmed">{t('pool.sum')}</span>
        </span>
      </div>
      <div className="pool-bars">
        <BucketBar pool={pool} />
        <BucketFigures pool={pool} />
        {units === 0 && pool.deficit === 0 && <p className="dimmed">{t('pool.nothing')}</p>}
        {pool.deficit > 0 && (
          <p className="state-line tone-bad">
            <IconAlertTriangle size={16} aria-hidden="true" />
            {t('pool.deficit')}
          </p>
        )}
        {pool.recountNeeded && (
          <p className="state-line tone-careful">
            <IconRefreshAlert size={16} aria-hidden="true" />
            {t('pool.recount')}
          </p>
        )}
        <p className="dimmed tabular">{t('pool.position', { position: formats.count(pool.position) })}</p>
      </div>
    </div>
  );
}

function PoolReservations({ reservations }: { readonly reservations: readonly ReservationRow[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (reservations.length === 0) {
    return <Empty title={t('pool.reservationsNone')} hint={t('pool.reservationsNoneHint')} />;
  }
  return (
    <ul className="lines">
      {reservations.map((reservation) => (
        <li
          key={reservation.reservationId}
          className="line"
          data-testid={testIds.reservationRow}
          data-reservation-id={reservation.reservationId}
          data-state={reservation.state}
        >
          <ReservationMark state={reservation.state} />
          <span className="line-words tabular">{formats.count(reservation.quantity)}</span>
          <ReservationEnd reservation={reservation} />
        </li>
      ))}
    </ul>
  );
}
