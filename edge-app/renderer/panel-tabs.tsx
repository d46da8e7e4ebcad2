import { useTranslation } from 'react-i18next';
import { type Panel, useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useLoaded, useTill, useTillStatus } from './use-till.ts';

/** The parts of the right side, each with the number of things that wait in it. */
export function PanelTabs() {
  const { t } = useTranslation();
  const till = useTill();
  const { openConflicts, revision } = useTillStatus();
  const holds = useLoaded(async () => (await till.holds()).length, 0, [till, revision]);
  const items = useBasket().lines.length;
  return (
    <nav className="tabs" aria-label={t('nav.main')}>
      <Tab panel="basket" hotkey="" count={items} testId={testIds.tabBasket} />
      <Tab panel="find" hotkey="F2" count={0} testId={testIds.tabFind} />
      <Tab panel="holds" hotkey="F3" count={holds} testId={testIds.tabHolds} />
      <Tab panel="conflicts" hotkey="F4" count={openConflicts} testId={testIds.tabConflicts} careful />
      <Tab panel="status" hotkey="F6" count={0} testId={testIds.tabStatus} />
    </nav>
  );
}

interface TabProps {
  readonly panel: Panel;
  readonly hotkey: string;
  readonly count: number;
  readonly testId: string;
  readonly careful?: boolean;
}

function Tab({ panel, hotkey, count, testId, careful = false }: TabProps) {
  const { t } = useTranslation();
  const desk = useDesk();
  const current = desk.panel === panel;
  return (
    <button
      type="button"
      className={`tab tab-${panel}`}
      aria-current={current ? 'page' : undefined}
      data-testid={testId}
      onClick={() => desk.open(panel)}
    >
      <span>{t(`nav.${panel}`)}</span>
      {count > 0 && <span className={careful ? 'count count-careful' : 'count'}>{count}</span>}
      {hotkey !== '' && <KeyHint>{hotkey}</KeyHint>}
    </button>
  );
}
