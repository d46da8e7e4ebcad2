import { useTranslation } from 'react-i18next';
import { useFormats, useRead, useTillName } from './console-context.ts';
import { Empty } from './empty.tsx';
import { Panel } from './panel.tsx';
import { type AllotmentView, allotmentsSchema } from './report-answers.ts';
import { queryOf, ROWS_MAX } from './routes.ts';
import { AllotmentMark } from './state-mark.tsx';
import { testIds } from './test-ids.ts';

interface AllotmentPanelProps {
  readonly storeId: string;
  readonly sku: string;
}

/** Which till holds how much of the pool, and what became of it. */
export function AllotmentPanel({ storeId, sku }: AllotmentPanelProps) {
  const { t } = useTranslation();
  const query = queryOf({ storeId, sku, limit: ROWS_MAX });
  const reading = useRead(`/api/v1/allotments${query}`, allotmentsSchema);
  return (
    <Panel title={t('allotment.title')} reading={reading}>
      {({ allotments }) =>
        allotments.length === 0 ? (
          <Empty title={t('allotment.none')} hint={t('allotment.noneHint')} />
        ) : (
          <ul className="lines">
            {allotments.map((one) => (
              <AllotmentLine key={`${one.tillId} ${one.life}`} allotment={one} />
            ))}
          </ul>
        )
      }
    </Panel>
  );
}

function AllotmentLine({ allotment }: { readonly allotment: AllotmentView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tillName = useTillName();
  const { tillId, life, state, unspent, granted, consumed, held, recalled } = allotment;
  const parts = [
    ...(consumed > 0 ? [t('allotment.consumed', { count: consumed })] : []),
    ...(held > 0 ? [t('allotment.held', { count: held })] : []),
    ...(recalled > 0 ? [t('allotment.recalled', { count: recalled })] : []),
  ];
  return (
    <li
      className="line"
      data-testid={testIds.allotmentRow}
      data-till-id={tillId}
      data-state={state}
      data-units={unspent}
    >
      <AllotmentMark state={state} />
      <span className="line-words">
        <span className="strong">{tillName(tillId) ?? tillId.slice(0, 8)}</span>
        {life > 1 && <span className="dimmed"> {t('allotment.life', { life })}</span>}
        <br />
        <span className="dimmed">{parts.join(' · ')}</span>
      </span>
      <span className="tabular" title={t('allotment.of', { granted: formats.count(granted) })}>
        {t('allotment.left', { count: unspent, granted: formats.count(granted) })}
      </span>
    </li>
  );
}
