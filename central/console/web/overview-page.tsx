import { useTranslation } from 'react-i18next';
import { overviewSchema } from './answers.ts';
import { useRead, useStores } from './console-context.ts';
import { EmptyChain } from './empty.tsx';
import { Figures } from './figures.tsx';
import { NoticeList } from './notice-list.tsx';
import { Panel } from './panel.tsx';
import { StoreWall } from './store-wall.tsx';

export const OVERVIEW_PATH = '/console/api/overview';

/** The first minute of an outage: what is wrong, where, since when. */
export function OverviewPage() {
  const { t } = useTranslation();
  const overview = useRead(OVERVIEW_PATH, overviewSchema);
  const stores = useStores();
  return (
    <div className="overview">
      <Panel title={t('figures.title')} reading={overview} rows={2} className="overview-figures">
        {(value) => <Figures overview={value} />}
      </Panel>
      <Panel title={t('wall.title')} reading={stores} rows={12} className="overview-wall">
        {(value) => (value.stores.length === 0 ? <EmptyChain /> : <StoreWall stores={value.stores} />)}
      </Panel>
      <Panel title={t('notice.title')} reading={overview} rows={8} className="overview-notices">
        {(value) => <NoticeList notices={value.notices} />}
      </Panel>
    </div>
  );
}
