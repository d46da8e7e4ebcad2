import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDone } from './act-problem.tsx';
import { CloseAllotmentsForm } from './close-allotments-form.tsx';
import { useFormats, useRead, useTillName } from './console-context.ts';
import { Empty } from './empty.tsx';
import { ForceForm } from './force-form.tsx';
import { Panel } from './panel.tsx';
import { type AllotmentView, allotmentsSchema } from './report-answers.ts';
import { queryOf, ROWS_MAX } from './routes.ts';
import { AllotmentMark } from './state-mark.tsx';
import { testIds } from './test-ids.ts';

interface AllotmentPanelProps {
  readonly storeId: string;
  readonly sku: string;
}

const keyOf = ({ tillId, life }: AllotmentView): string => `${tillId} ${life}`;
const mayForce = ({ state }: AllotmentView): boolean => state !== 'FORCED' && state !== 'SETTLED';

/** Which till holds how much of the pool, what became of it, and how it comes back. */
export function AllotmentPanel({ storeId, sku }: AllotmentPanelProps) {
  const { t } = useTranslation();
  const query = queryOf({ storeId, sku, limit: ROWS_MAX });
  const reading = useRead(`/api/v1/allotments${query}`, allotmentsSchema);
  const [closing, setClosing] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const isOpen = reading.value?.allotments.some(({ state }) => state === 'ACTIVE') === true;
  const finish = (words: string): void => {
    setClosing(false);
    setDone(words);
  };
  return (
    <Panel
      title={t('allotment.title')}
      reading={reading}
      tools={
        isOpen && (
          <Button
            variant="default"
            size="compact-xs"
            data-testid={testIds.allotmentClose}
            onClick={() => setClosing(true)}
          >
            {t('allotment.close')}
          </Button>
        )
      }
    >
      {({ allotments }) => (
        <>
          {closing && (
            <CloseAllotmentsForm
              storeId={storeId}
              target={{ productSku: sku }}
              onCancel={() => setClosing(false)}
              onDone={finish}
            />
          )}
          {done !== null && <ActDone words={done} />}
          {allotments.length === 0 ? (
            <Empty title={t('allotment.none')} hint={t('allotment.noneHint')} />
          ) : (
            <ul className="lines">
              {allotments.map((one) => (
                <AllotmentLine key={keyOf(one)} allotment={one} onDone={setDone} />
              ))}
            </ul>
          )}
        </>
      )}
    </Panel>
  );
}

interface AllotmentLineProps {
  readonly allotment: AllotmentView;
  readonly onDone: (words: string) => void;
}

function AllotmentLine({ allotment, onDone }: AllotmentLineProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const tillName = useTillName();
  const [forcing, setForcing] = useState(false);
  const { tillId, life, state, unspent, granted, consumed, held, recalled } = allotment;
  const till = tillName(tillId) ?? tillId.slice(0, 8);
  const parts = [
    ...(consumed > 0 ? [t('allotment.consumed', { count: consumed })] : []),
    ...(held > 0 ? [t('allotment.held', { count: held })] : []),
    ...(recalled > 0 ? [t('allotment.recalled', { count: recalled })] : []),
  ];
  return (
    <li data-testid={testIds.allotmentRow} data-till-id={tillId} data-state={state} data-units={unspent}>
      <div className="line">
        <AllotmentMark state={state} />
        <span className="line-words">
          <span className="strong">{till}</span>
          {life > 1 && <span className="dimmed"> {t('allotment.life', { life })}</span>}
          <br />
          <span className="dimmed">{parts.join(' · ')}</span>
        </span>
        <span className="line-end">
          <span className="tabular" title={t('allotment.of', { granted: formats.count(granted) })}>
            {t('allotment.left', { count: unspent, granted: formats.count(granted) })}
          </span>
          {mayForce(allotment) && (
            <Button
              variant="subtle"
              color="red"
              size="compact-xs"
              data-testid={testIds.allotmentForce}
              onClick={() => setForcing(true)}
            >
              {t('allotment.force')}
            </Button>
          )}
        </span>
      </div>
      {forcing && (
        <ForceForm
          allotment={allotment}
          till={till}
          onCancel={() => setForcing(false)}
          onForced={(count) => {
            setForcing(false);
            onDone(t('force.done', { count }));
          }}
        />
      )}
    </li>
  );
}
