import { SegmentedControl } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { conflictsSchema } from './answers.ts';
import { ConflictCard } from './conflict-card.tsx';
import { useConsole, useRead } from './console-context.ts';
import { Empty } from './empty.tsx';
import { Panel } from './panel.tsx';
import { ALL, queryOf, ROWS_MAX } from './routes.ts';
import { StoreSelect } from './store-select.tsx';
import { testIds } from './test-ids.ts';

interface ConflictsPageProps {
  readonly storeId: string | null;
  readonly state: string;
}

/** What contradicted a promise or the book, until a person closes it. */
export function ConflictsPage({ storeId, state }: ConflictsPageProps) {
  const { t } = useTranslation();
  const { navigation, reads } = useConsole();
  const query = queryOf({ storeId, state: state === ALL ? null : state });
  const reading = useRead(`/console/api/conflicts${query}`, conflictsSchema);
  const [done, setDone] = useState<string | null>(null);
  const closed = (name: string): void => {
    setDone(name);
    reads.refresh();
  };
  return (
    <Panel
      title={t('conflict.title')}
      reading={reading}
      rows={8}
      className="panel-full"
      tools={
        <>
          <SegmentedControl
            aria-label={t('common.state')}
            size="xs"
            data={['OPEN', 'PENDING', 'CLOSED', ALL].map((each) => ({
              value: each,
              label: each === ALL ? t('common.all') : t(`conflict.${each}`),
            }))}
            value={state}
            onChange={(chosen) => navigation.replace({ page: 'conflicts', storeId, state: chosen })}
            data-testid={testIds.stateFilter}
          />
          <StoreSelect
            value={storeId}
            onChange={(chosen) => navigation.replace({ page: 'conflicts', storeId: chosen, state })}
          />
        </>
      }
    >
      {({ conflicts }) => (
        <div className="conflicts">
          <p role="status" className="state-line tone-good" data-testid={testIds.conflictDone}>
            {done !== null && <IconCircleCheck size={16} aria-hidden="true" />}
            {done !== null && t('conflict.done', { name: done })}
          </p>
          {conflicts.length === 0 && <Empty title={t('conflict.none')} hint={t('conflict.noneHint')} />}
          <ul className="cards">
            {conflicts.map((conflict, index) => (
              <ConflictCard
                key={conflict.conflictId}
                conflict={conflict}
                first={index === 0}
                onClosed={closed}
              />
            ))}
          </ul>
          {conflicts.length >= ROWS_MAX && (
            <p className="table-foot dimmed">{t('common.limit', { count: ROWS_MAX })}</p>
          )}
        </div>
      )}
    </Panel>
  );
}
