import { Button } from '@mantine/core';
import { IconArrowsExchange, IconBuildingStore, IconClipboardCheck, IconReplace } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { actWords } from './act-words.ts';
import type { ConflictView } from './answers.ts';
import type { ApiFailure } from './api-client.ts';
import { CloseForm, type Closing } from './close-form.tsx';
import { ConflictTimeline } from './conflict-timeline.tsx';
import { useConsole, useFormats, useRead, useStoreName } from './console-context.ts';
import { Link } from './link.tsx';
import { Failure, useFailureWords } from './panel.tsx';
import { BUCKETS, BucketBar, BucketFigures } from './pool-bar.tsx';
import {
  type Buckets,
  type ConflictReport,
  madeTransferSchema,
  reportSchema,
  type Suggestion,
} from './report-answers.ts';
import { ALL } from './routes.ts';
import { testIds } from './test-ids.ts';

interface ConflictReportPartProps {
  readonly conflict: ConflictView;
  readonly onClosed: () => void;
}

/** Why it came to the conflict, and what may be done: read when somebody looks. */
export function ConflictReportPart({ conflict, onClosed }: ConflictReportPartProps) {
  const { t } = useTranslation();
  const path = `/api/v1/conflicts/${encodeURIComponent(conflict.conflictId)}`;
  const { value, failure } = useRead(path, reportSchema);
  if (value === null)
    return failure === null ? (
      <p className="report dimmed">{t('report.loading')}</p>
    ) : (
      <Failure failure={failure} />
    );
  return (
    <div className="report" data-testid={testIds.conflictReport}>
      <div className="report-why">
        <Known report={value} />
        <ConflictTimeline report={value} />
      </div>
      {value.conflict.state === 'OPEN' && <Acts conflict={conflict} report={value} onClosed={onClosed} />}
      <Compensation report={value} />
    </div>
  );
}

function Known({ report }: { readonly report: ConflictReport }) {
  const { t } = useTranslation();
  const { pool } = report.known;
  return (
    <section className="report-known">
      <h4 className="lane-title">{t('report.rule')}</h4>
      <p className="strong">{t(report.rule, { defaultValue: report.conflict.reason })}</p>
      {pool !== null && (
        <>
          <h4 className="lane-title">{t('report.before')}</h4>
          {isEmpty(pool) ? (
            <p className="dimmed">{t('pool.nothing')}</p>
          ) : (
            <>
              <BucketBar pool={pool} />
              <BucketFigures pool={pool} />
            </>
          )}
        </>
      )}
    </section>
  );
}

function isEmpty(pool: Buckets): boolean {
  return [...BUCKETS, 'deficit' as const].every((bucket) => pool[bucket] === 0);
}

const ICONS = {
  're-source': IconBuildingStore,
  transfer: IconArrowsExchange,
  substitute: IconReplace,
  count: IconClipboardCheck,
} as const;

/** Suggested acts as buttons. A transfer is asked for at once; every act ends in closing with its reason written. */
function Acts({ conflict, report, onClosed }: ConflictReportPartProps & { readonly report: ConflictReport }) {
  const { t } = useTranslation();
  const { api, reads } = useConsole();
  const formats = useFormats();
  const storeName = useStoreName();
  const why = useFailureWords();
  const [closing, setClosing] = useState<Closing | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  // One transfer for one conflict and sender, however often the button is pressed.
  const [key] = useState(api.newKey);

  async function choose(suggestion: Suggestion): Promise<void> {
    const { reason } = actWords(suggestion, storeName, formats.distance);
    const words = t(reason.key, reason.values);
    setFailure(null);
    if (suggestion.act !== 'transfer')
      return setClosing({ act: suggestion.act, reason: words, transferId: null });
    setBusy(true);
    const { fromStoreId, sku, quantity } = suggestion;
    const body = { fromStoreId, toStoreId: conflict.storeId, lines: [{ productSku: sku, quantity }] };
    const answer = await api.write('/api/v1/transfers', `${key}-${fromStoreId}`, body, madeTransferSchema);
    setBusy(false);
    reads.refresh();
    if (answer.ok) setClosing({ act: 'transfer', reason: words, transferId: answer.value.transferId });
    else setFailure(answer.error);
  }

  return (
    <section className="report-acts">
      {report.suggestions.length > 0 && <h4 className="lane-title">{t('report.acts')}</h4>}
      {closing === null ? (
        <div className="act-buttons">
          {report.suggestions.map((suggestion) => {
            const { button } = actWords(suggestion, storeName, formats.distance);
            const Icon = ICONS[suggestion.act];
            const where = 'fromStoreId' in suggestion ? suggestion.fromStoreId : suggestion.sku;
            return (
              <Button
                key={`${suggestion.act} ${where}`}
                variant="default"
                size="xs"
                disabled={busy}
                leftSection={<Icon size={15} aria-hidden="true" />}
                data-testid={testIds.conflictAct}
                data-act={suggestion.act}
                onClick={() => void choose(suggestion)}
              >
                {t(button.key, button.values)}
              </Button>
            );
          })}
          <Button
            variant="default"
            size="xs"
            data-testid={testIds.conflictClose}
            onClick={() => setClosing({ act: 'other', reason: '', transferId: null })}
          >
            {t('conflict.close')}
          </Button>
        </div>
      ) : (
        <CloseForm
          conflict={report.conflict}
          closing={closing}
          onCancel={() => setClosing(null)}
          onClosed={onClosed}
        />
      )}
      {failure !== null && (
        <p className="tone-bad" role="alert" data-testid={testIds.conflictProblem}>
          {t('act.failed', { why: why(failure) })}
        </p>
      )}
    </section>
  );
}

function Compensation({ report }: { readonly report: ConflictReport }) {
  const { t } = useTranslation();
  const { compensation, conflict } = report;
  if (compensation === null) return null;
  const by = compensation.by === 'policy' ? t('report.byPolicy') : compensation.by;
  return (
    <p className="report-note">
      {t('report.compensated', { who: by })}{' '}
      <Link to={{ page: 'transfers', storeId: conflict.storeId, state: ALL }}>{t('nav.transfers')}</Link>
    </p>
  );
}
