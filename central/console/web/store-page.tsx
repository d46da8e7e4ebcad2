import { IconArrowLeft, IconHourglass, IconPackage, IconTimeline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import { type ConflictRow, type StoreView, storeAnswerSchema } from './answers.ts';
import { conflictWords } from './conflict-words.ts';
import { STORES_PATH, useFormats, useNow, useRead } from './console-context.ts';
import { Empty } from './empty.tsx';
import { EnrolPanel } from './enrol-panel.tsx';
import { Link } from './link.tsx';
import { Panel } from './panel.tsx';
import { CONFLICTS_FIRST, RESERVATIONS_FIRST } from './routes.ts';
import { ConflictMark, StoreStateMark } from './state-mark.tsx';
import { storeState } from './store-state.ts';
import { testIds } from './test-ids.ts';
import { TillTable } from './till-table.tsx';

/** One store: its tills as they are heard, and what waits there for a person. */
export function StorePage({ storeId }: { readonly storeId: string }) {
  const { t } = useTranslation();
  const reading = useRead(`${STORES_PATH}/${encodeURIComponent(storeId)}`, storeAnswerSchema);
  return (
    <div className="store-page" data-testid={testIds.storePage}>
      <header className="page-head">
        <Link to={{ page: 'stores' }} className="back-link">
          <IconArrowLeft size={16} aria-hidden="true" />
          {t('nav.stores')}
        </Link>
        {reading.value !== null && <StoreHead store={reading.value.store} />}
      </header>
      <Panel title={t('till.title')} reading={reading} className="store-tills">
        {({ tills }) => <TillTable tills={tills} />}
      </Panel>
      <div className="store-side">
        <EnrolPanel storeId={storeId} />
        <Panel
          title={t('store.openConflicts')}
          reading={reading}
          tools={
            <Link to={{ page: 'conflicts', storeId, state: CONFLICTS_FIRST }}>{t('nav.conflicts')}</Link>
          }
        >
          {({ conflicts }) => <ConflictLines conflicts={conflicts} />}
        </Panel>
      </div>
    </div>
  );
}

function StoreHead({ store }: { readonly store: StoreView }) {
  const { t } = useTranslation();
  const now = useNow();
  const { storeId } = store;
  return (
    <>
      <h1 className="page-title">{store.name}</h1>
      <StoreStateMark state={storeState(store, now)} />
      <nav className="page-links" aria-label={store.name}>
        <Link to={{ page: 'stock', text: '', storeId }}>
          <IconPackage size={16} aria-hidden="true" />
          {t('store.seeStock')}
        </Link>
        <Link to={{ page: 'reservations', storeId, state: RESERVATIONS_FIRST }}>
          <IconHourglass size={16} aria-hidden="true" />
          {t('store.seeReservations')}
        </Link>
        <Link to={{ page: 'events', storeId, sku: null, type: null }}>
          <IconTimeline size={16} aria-hidden="true" />
          {t('store.seeEvents')}
        </Link>
      </nav>
    </>
  );
}

function ConflictLines({ conflicts }: { readonly conflicts: readonly ConflictRow[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (conflicts.length === 0) {
    return <Empty title={t('store.noConflicts')} hint={t('store.noConflictsHint')} />;
  }
  return (
    <ul className="lines">
      {conflicts.map((conflict) => {
        const { conflictId, storeId, sku, quantity, openedAt } = conflict;
        return (
          <li key={conflictId} className="line">
            <ConflictMark state={conflict.state} />
            <span className="line-words">
              {t(conflictWords(conflict).cause)}
              {sku !== null && (
                <>
                  {' · '}
                  <Link to={{ page: 'pool', storeId, sku }}>
                    {formats.count(quantity)} × {sku}
                  </Link>
                </>
              )}
            </span>
            <span className="dimmed">
              <Age at={openedAt} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
