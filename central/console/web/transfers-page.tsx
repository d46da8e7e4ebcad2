import { TRANSFER_STATES } from '@gondola/shared/domain/labels.ts';
import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Moment } from './ages.tsx';
import { useConsole, useFormats, useRead, useStoreName } from './console-context.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Empty } from './empty.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { type TransferView, transfersSchema } from './report-answers.ts';
import { ALL, queryOf, ROWS_MAX } from './routes.ts';
import { TransferMark } from './state-mark.tsx';
import { StoreSelect } from './store-select.tsx';
import { testIds } from './test-ids.ts';

interface TransfersPageProps {
  readonly storeId: string | null;
  readonly state: string;
}

/** Goods on their way between stores, from the request to the shelf. */
export function TransfersPage({ storeId, state }: TransfersPageProps) {
  const { t } = useTranslation();
  const { navigation } = useConsole();
  const query = queryOf({ storeId, state: state === ALL ? null : state, limit: ROWS_MAX });
  const reading = useRead(`/api/v1/transfers${query}`, transfersSchema);
  const states = [...TRANSFER_STATES, ALL].map((each) => ({
    value: each,
    label: each === ALL ? t('common.all') : t(`transfer.${each}`),
  }));
  return (
    <Panel
      title={t('transfer.title')}
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
            onChange={(chosen) => navigation.replace({ page: 'transfers', storeId, state: chosen })}
            data-testid={testIds.stateFilter}
          />
          <StoreSelect
            value={storeId}
            onChange={(chosen) => navigation.replace({ page: 'transfers', storeId: chosen, state })}
          />
        </>
      }
    >
      {({ transfers }) =>
        transfers.length === 0 ? (
          <Empty title={t('transfer.none')} hint={t('transfer.noneHint')} />
        ) : (
          <TransferTable transfers={transfers} />
        )
      }
    </Panel>
  );
}

function TransferTable({ transfers }: { readonly transfers: readonly TransferView[] }) {
  const { t } = useTranslation();
  const storeName = useStoreName();
  const store = (storeId: string) => <Link to={{ page: 'store', storeId }}>{storeName(storeId)}</Link>;
  const columns: readonly Column<TransferView>[] = [
    {
      key: 'state',
      label: t('common.state'),
      width: '130px',
      cell: ({ state }) => <TransferMark state={state} />,
    },
    { key: 'from', label: t('transfer.from'), width: '150px', cell: ({ fromStoreId }) => store(fromStoreId) },
    { key: 'to', label: t('transfer.to'), width: '150px', cell: ({ toStoreId }) => store(toStoreId) },
    { key: 'goods', label: t('transfer.goods'), cell: (transfer) => <Goods transfer={transfer} /> },
    {
      key: 'asked',
      label: t('transfer.requestedAt'),
      width: '140px',
      cell: ({ requestedAt }) => <Moment at={requestedAt} />,
    },
    {
      key: 'until',
      label: t('transfer.until'),
      width: '200px',
      cell: ({ state, expiresAt, reason }) =>
        state === 'REQUESTED' ? <Moment at={expiresAt} /> : <Reason reason={reason} />,
    },
  ];
  return (
    <DataTable
      label={t('transfer.title')}
      columns={columns}
      rows={transfers}
      rowKey={(row) => row.transferId}
      rowData={(row) => ({
        'data-testid': testIds.transferRow,
        'data-transfer-id': row.transferId,
        'data-state': row.state,
      })}
      foot={
        transfers.length >= ROWS_MAX && (
          <p className="table-foot dimmed">{t('common.limit', { count: ROWS_MAX })}</p>
        )
      }
    />
  );
}

const GOODS_SHOWN = 3;

/** What was asked for, and what was sent and arrived where that differs. */
function Goods({ transfer }: { readonly transfer: TransferView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { fromStoreId, lines } = transfer;
  return (
    <span className="goods">
      {lines.slice(0, GOODS_SHOWN).map(({ sku, requested, dispatched, received }) => {
        const last = received ?? dispatched ?? requested;
        return (
          <span key={sku} className={last === requested ? undefined : 'tone-careful'}>
            {last === requested
              ? formats.count(requested)
              : t('transfer.partly', { count: last, asked: formats.count(requested) })}{' '}
            × <Link to={{ page: 'pool', storeId: fromStoreId, sku }}>{sku}</Link>
          </span>
        );
      })}
      {lines.length > GOODS_SHOWN && (
        <span className="dimmed">{t('transfer.more', { count: lines.length - GOODS_SHOWN })}</span>
      )}
    </span>
  );
}

function Reason({ reason }: { readonly reason: string | null }) {
  const { t } = useTranslation();
  if (reason === null) return <span className="dimmed">{t('common.none')}</span>;
  return <span>{reason === 'timed-out' ? t('transfer.timedOut') : reason}</span>;
}
