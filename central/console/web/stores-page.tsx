import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import type { StoreView } from './answers.ts';
import { useFormats, useNow, useStores } from './console-context.ts';
import { type Column, DataTable } from './data-table.tsx';
import { Empty, EmptyChain } from './empty.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { StoreStateMark } from './state-mark.tsx';
import { sortStores, storeState } from './store-state.ts';
import { testIds } from './test-ids.ts';

const LOOK_EVERY_MS = 2_000;

/** All stores as a table, the worst first. */
export function StoresPage() {
  const { t } = useTranslation();
  const stores = useStores();
  const [text, setText] = useState('');
  return (
    <Panel
      title={t('nav.stores')}
      reading={stores}
      rows={14}
      className="panel-full"
      tools={
        <TextInput
          type="search"
          aria-label={t('store.search')}
          placeholder={t('store.search')}
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          w={300}
          data-testid={testIds.storeSearch}
        />
      }
    >
      {(value) => (value.stores.length === 0 ? <EmptyChain /> : <Stores stores={value.stores} text={text} />)}
    </Panel>
  );
}

function Stores({ stores, text }: { readonly stores: readonly StoreView[]; readonly text: string }) {
  const { t } = useTranslation();
  const now = useNow(LOOK_EVERY_MS);
  const wanted = text.trim().toLowerCase();
  const found = stores.filter(
    (store) => store.number.toLowerCase().startsWith(wanted) || store.name.toLowerCase().includes(wanted),
  );
  if (found.length === 0) return <Empty title={t('store.none', { text })} hint={t('store.noneHint')} />;
  return <StoreTable stores={sortStores(found, 'state', now)} now={now} />;
}

function StoreTable({ stores, now }: { readonly stores: readonly StoreView[]; readonly now: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns: readonly Column<StoreView>[] = [
    {
      key: 'name',
      label: t('store.name'),
      cell: ({ storeId, name }) => (
        <Link className="row-link" to={{ page: 'store', storeId }}>
          {name}
        </Link>
      ),
    },
    {
      key: 'state',
      label: t('common.state'),
      width: '170px',
      cell: (store) => <StoreStateMark state={storeState(store, now)} />,
    },
    {
      key: 'tills',
      label: t('store.tills'),
      width: '140px',
      cell: ({ tills, tillsOnline }) =>
        tills === 0 ? (
          <span className="dimmed">{t('common.none')}</span>
        ) : (
          t('store.tillsOf', { online: tillsOnline, count: tills })
        ),
    },
    {
      key: 'waiting',
      label: t('store.waiting'),
      width: '110px',
      numeric: true,
      cell: ({ waiting }) => formats.count(waiting),
    },
    {
      key: 'oldest',
      label: t('store.oldest'),
      width: '120px',
      cell: ({ oldestWaitingAt }) => <Age at={oldestWaitingAt} bare />,
    },
    {
      key: 'contact',
      label: t('store.lastContact'),
      width: '150px',
      cell: ({ lastContactAt }) => <Age at={lastContactAt} />,
    },
    {
      key: 'conflicts',
      label: t('store.conflicts'),
      width: '110px',
      numeric: true,
      cell: ({ conflictsOpen }) => formats.count(conflictsOpen),
    },
    {
      key: 'deficits',
      label: t('store.deficits'),
      width: '110px',
      numeric: true,
      cell: ({ poolsInDeficit }) => formats.count(poolsInDeficit),
    },
  ];
  return (
    <DataTable
      label={t('nav.stores')}
      columns={columns}
      rows={stores}
      rowKey={(store) => store.storeId}
      rowData={(store) => ({ 'data-testid': testIds.storeRow, 'data-store-id': store.storeId })}
    />
  );
}
