import { RESERVATION_STATES } from '@gondola/shared/domain/labels.ts';
import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Moment } from './ages.tsx';
import { type ReservationView, reservationsSchema } from './answers.ts';
import { useConsole, useFormats, useRead, useStoreName, useTillName } from './console-context.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Empty } from './empty.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { ReservationEnd } from './reservation-end.tsx';
import { ALL, queryOf, ROWS_MAX } from './routes.ts';
import { ReservationMark } from './state-mark.tsx';

import { StoreSelect } from './store-select.tsx';
import { testIds } from './test-ids.ts';

interface ReservationsPageProps {
  readonly storeId: string | null;
  readonly state: string;
}

/** Who holds what until when, in all stores or in one. */
export function ReservationsPage({ storeId, state }: ReservationsPageProps) {
  const { t } = useTranslation();
  const { navigation } = useConsole();
  const query = queryOf({ storeId, state: state === ALL ? null : state });
  const reading = useRead(`/console/api/reservations${query}`, reservationsSchema);
  const states = [...RESERVATION_STATES, ALL].map((each) => ({
    value: each,
    label: each === ALL ? t('common.all') : t(`reservation.${each}`),
  }));
  return (
    <Panel
      title={t('reservation.title')}
      reading={reading}
      rows={14}
      className="panel-full"
      tools={
        <>
          <SegmentedControl
            aria-label={t('common.state')}
            size="xs"
            data={states}
            value={state}
            onChange={(chosen) => navigation.replace({ page: 'reservations', storeId, state: chosen })}
            data-testid={testIds.stateFilter}
          />
          <StoreSelect
            value={storeId}
            onChange={(chosen) => navigation.replace({ page: 'reservations', storeId: chosen, state })}
          />
        </>
      }
    >
      {({ reservations }) =>
        reservations.length === 0 ? (
          <Empty title={t('reservation.none')} hint={t('reservation.noneHint')} />
        ) : (
          <ReservationTable reservations={reservations} />
        )
      }
    </Panel>
  );
}

function ReservationTable({ reservations }: { readonly reservations: readonly ReservationView[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const storeName = useStoreName();
  const tillName = useTillName();
  const columns: readonly Column<ReservationView>[] = [
    {
      key: 'product',
      label: t('reservation.product'),
      cell: ({ storeId, sku, productName }) => (
        <Link className="row-link" to={{ page: 'pool', storeId, sku }} title={productName}>
          {productName}
        </Link>
      ),
    },
    {
      key: 'sku',
      label: t('stock.sku'),
      width: '100px',
      cell: ({ sku }) => <span className="dimmed tabular">{sku}</span>,
    },
    {
      key: 'quantity',
      label: t('reservation.quantity'),
      width: '90px',
      numeric: true,
      cell: ({ quantity }) => <span className="strong">{formats.count(quantity)}</span>,
    },
    {
      key: 'state',
      label: t('common.state'),
      width: '130px',
      cell: ({ state }) => <ReservationMark state={state} />,
    },
    { key: 'store', label: t('common.store'), width: '112px', cell: ({ storeId }) => storeName(storeId) },
    {
      key: 'by',
      label: t('reservation.by'),
      width: '110px',
      cell: ({ tillId }) =>
        tillId === null ? t('reservation.api') : (tillName(tillId) ?? tillId.slice(0, 8)),
    },
    {
      key: 'held',
      label: t('reservation.heldAt'),
      width: '130px',
      cell: ({ heldAt }) => <Moment at={heldAt} />,
    },
    {
      key: 'ends',
      label: t('reservation.ends'),
      width: '170px',
      cell: (reservation) => <ReservationEnd reservation={reservation} />,
    },
  ];
  return (
    <DataTable
      label={t('reservation.title')}
      columns={columns}
      rows={reservations}
      rowKey={(row) => row.reservationId}
      rowData={(row) => ({
        'data-testid': testIds.reservationRow,
        'data-reservation-id': row.reservationId,
        'data-state': row.state,
      })}
      foot={
        reservations.length >= ROWS_MAX && (
          <p className="table-foot dimmed">{t('common.limit', { count: ROWS_MAX })}</p>
        )
      }
    />
  );
}
