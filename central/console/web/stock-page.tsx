import { TextInput } from '@mantine/core';
import { IconAlertTriangle, IconRefreshAlert, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PoolView, poolsSchema } from './answers.ts';
import { useConsole, useFormats, useRead, useStoreName, useStores } from './console-context.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Empty, EmptyChain } from './empty.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { BucketBar } from './pool-bar.tsx';
import { queryOf, ROWS_MAX } from './routes.ts';
import { StoreSelect } from './store-select.tsx';
import { testIds } from './test-ids.ts';

/** Typing is one search, not one per key. */
const TYPING_MS = 250;

interface StockPageProps {
  readonly text: string;
  readonly storeId: string | null;
}

/** Pools found by the centre; what is typed stands in the address too. */
export function StockPage({ text, storeId }: StockPageProps) {
  const { t } = useTranslation();
  const { navigation } = useConsole();
  const stores = useStores();
  const reading = useRead(`/console/api/pools${queryOf({ text: text.trim(), storeId })}`, poolsSchema);
  const [typed, setTyped] = useState(text);

  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => navigation.replace({ page: 'stock', text: typed, storeId }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, text, storeId, navigation]);

  return (
    <Panel
      title={t('nav.stock')}
      reading={reading}
      rows={14}
      className="panel-full"
      tools={
        <>
          <TextInput
            type="search"
            aria-label={t('stock.search')}
            placeholder={t('stock.search')}
            leftSection={<IconSearch size={16} aria-hidden="true" />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            maxLength={100}
            w={300}
            data-testid={testIds.stockSearch}
          />
          <StoreSelect
            value={storeId}
            onChange={(chosen) => navigation.replace({ page: 'stock', text: typed, storeId: chosen })}
          />
        </>
      }
    >
      {({ pools }) =>
        pools.length > 0 ? (
          <PoolTable pools={pools} />
        ) : stores.value?.stores.length === 0 ? (
          <EmptyChain />
        ) : (
          <Empty title={t('stock.none')} hint={t('stock.noneHint')} />
        )
      }
    </Panel>
  );
}

function PoolTable({ pools }: { readonly pools: readonly PoolView[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const storeName = useStoreName();
  const scale = Math.max(
    1,
    ...pools.map(({ free, held, allotted, inDoubt }) => free + held + allotted + inDoubt),
  );
  const figure = (key: 'free' | 'held' | 'allotted' | 'inDoubt'): Column<PoolView> => ({
    key,
    label: t(`stock.${key}`),
    width: '96px',
    numeric: true,
    cell: (pool) => (pool[key] === 0 ? <span className="dimmed">0</span> : formats.count(pool[key])),
  });
  const columns: readonly Column<PoolView>[] = [
    {
      key: 'product',
      label: t('stock.product'),
      cell: ({ storeId, sku, productName }) => (
        <Link className="row-link" to={{ page: 'pool', storeId, sku }} title={productName}>
          {productName}
        </Link>
      ),
    },
    {
      key: 'sku',
      label: t('stock.sku'),
      width: '92px',
      cell: ({ sku }) => <span className="dimmed tabular">{sku}</span>,
    },
    { key: 'store', label: t('stock.store'), width: '112px', cell: ({ storeId }) => storeName(storeId) },
    {
      key: 'bar',
      label: t('stock.buckets'),
      width: '90px',
      cell: (pool) => <BucketBar pool={pool} scale={scale} thin />,
    },
    figure('free'),
    figure('held'),
    figure('allotted'),
    figure('inDoubt'),
    {
      key: 'deficit',
      label: t('stock.deficit'),
      width: '88px',
      numeric: true,
      cell: deficitCell(formats.count),
    },
    {
      key: 'onHand',
      label: t('stock.onHand'),
      width: '108px',
      numeric: true,
      cell: ({ onHand, recountNeeded }) => (
        <span className="strong">
          {recountNeeded && (
            <IconRefreshAlert size={15} className="tone-careful" aria-label={t('stock.recount')} />
          )}{' '}
          {formats.count(onHand)}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={t('stock.title')}
      columns={columns}
      rows={pools}
      rowKey={(pool) => `${pool.storeId}/${pool.sku}`}
      rowData={(pool) => ({
        'data-testid': testIds.poolRow,
        'data-store-id': pool.storeId,
        'data-sku': pool.sku,
      })}
      foot={
        <p className="table-foot dimmed">
          {t('stock.order')} {pools.length >= ROWS_MAX && t('common.limit', { count: ROWS_MAX })}
        </p>
      }
    />
  );
}

const deficitCell = (count: (value: number) => string) =>
  function Deficit({ deficit }: PoolView) {
    if (deficit === 0) return <span className="dimmed">0</span>;
    return (
      <span className="tone-bad strong">
        <IconAlertTriangle size={14} aria-hidden="true" /> {count(deficit)}
      </span>
    );
  };
