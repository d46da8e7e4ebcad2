import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AdjustPanel } from './adjust-panel.tsx';
import { BasketPanel } from './basket-panel.tsx';
import { ConflictsPanel } from './conflicts-panel.tsx';
import { DeskContext, type DeskNotice, PANELS_WITHOUT_SEARCH, useNewDesk } from './desk.ts';
import { FinderPanel } from './finder-panel.tsx';
import { HoldsPanel } from './holds-panel.tsx';
import { Notice } from './notice.tsx';
import { PanelTabs } from './panel-tabs.tsx';
import { ParkedPanel } from './parked-panel.tsx';
import { PayBar } from './pay-bar.tsx';
import { ReceiptPanel } from './receipt-panel.tsx';
import { ReturnPanel } from './return-panel.tsx';
import { SearchField } from './search-field.tsx';
import { StatusPanel } from './status-panel.tsx';
import { TenderPanel } from './tender-panel.tsx';
import { testIds } from './test-ids.ts';
import { TopBar } from './top-bar.tsx';
import { useKeys } from './use-keys.ts';
import { useTill, useTillStatus } from './use-till.ts';

/** Basket on the left, everything else on the right, the total across the bottom; on a phone one part at a time. */
export function TillScreen() {
  const till = useTill();
  const desk = useNewDesk();
  const search = useRef<HTMLInputElement>(null);
  useKeys(till, desk, search);
  const { panel, notice } = desk;
  const hasSearch = !PANELS_WITHOUT_SEARCH.has(panel);

  useEffect(() => {
    if (panel === 'find') search.current?.focus({ preventScroll: true });
  }, [panel]);

  useConflictNotice(desk.notify);

  return (
    <DeskContext value={desk}>
      <div className="till" data-panel={panel} data-search={hasSearch} data-testid={testIds.tillScreen}>
        <TopBar />
        <BasketPanel />
        <section className="side">
          <PanelTabs />
          {hasSearch && <SearchField inputRef={search} />}
          <div className="side-body">
            {(panel === 'find' || panel === 'basket') && <FinderPanel />}
            {panel === 'holds' && <HoldsPanel />}
            {panel === 'conflicts' && <ConflictsPanel />}
            {panel === 'status' && <StatusPanel />}
            {panel === 'tender' && <TenderPanel />}
            {panel === 'adjust' && <AdjustPanel key={desk.adjusting} />}
            {panel === 'parked' && <ParkedPanel />}
            {panel === 'returns' && <ReturnPanel />}
            {panel === 'done' && <ReceiptPanel />}
          </div>
        </section>
        <div className="notice-place" aria-live="polite">
          {notice !== null && (
            <Notice tone={notice.tone} onClose={() => desk.notify(null)}>
              {notice.text}
            </Notice>
          )}
        </div>
        <PayBar />
      </div>
    </DeskContext>
  );
}

/** A verdict against a label must be noticed without looking for it. */
function useConflictNotice(notify: (notice: DeskNotice) => void): void {
  const { t } = useTranslation();
  const { openConflicts } = useTillStatus();
  const known = useRef(openConflicts);
  useEffect(() => {
    if (openConflicts > known.current) notify({ tone: 'careful', text: t('notice.conflict') });
    known.current = openConflicts;
  }, [openConflicts, notify, t]);
}
