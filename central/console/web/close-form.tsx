import type { ConflictAct } from '@gondola/shared/domain/labels.ts';
import { REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ConflictRow } from './answers.ts';
import { type ApiFailure, isStale } from './api-client.ts';
import { useConsole } from './console-context.ts';
import { useFailureWords } from './panel.tsx';
import { testIds } from './test-ids.ts';

const SUGGESTIONS: Readonly<Record<ConflictRow['kind'], readonly string[]>> = {
  'provisional-refused': ['told', 'refunded'],
  deficit: ['counted', 'delivery'],
  'life-forked': ['counted'],
  'settlement-differs': ['counted'],
  'transfer-short': ['counted', 'delivery'],
  'transfer-over': ['counted', 'delivery'],
  'transfer-unannounced': ['counted', 'delivery'],
};

/** What was done, with the sentence that says so, for a person to complete. */
export interface Closing {
  readonly act: ConflictAct;
  readonly reason: string;
  readonly transferId: string | null;
}

interface CloseFormProps {
  readonly conflict: ConflictRow;
  readonly closing: Closing;
  readonly onCancel: () => void;
  readonly onClosed: () => void;
}

/** Closing needs a reason, and holds only for what was looked at: another's change in between is shown instead. */
export function CloseForm({ conflict, closing, onCancel, onClosed }: CloseFormProps) {
  const { t } = useTranslation();
  const { api, reads } = useConsole();
  const [reason, setReason] = useState(closing.reason);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const { act, transferId } = closing;
    const body = {
      ...{ act, closingReason: reason.trim(), expectedPosition: conflict.position },
      ...(transferId === null ? {} : { transferId }),
    };
    const path = `/api/v1/conflicts/${encodeURIComponent(conflict.conflictId)}/close`;
    const answer = await api.write(path, api.newKey(), body, z.unknown());
    setBusy(false);
    if (answer.ok) return onClosed();
    setFailure(answer.error);
    if (isStale(answer.error)) reads.refresh();
  }

  return (
    <form className="close-form" onSubmit={(event) => void submit(event)}>
      {closing.reason === '' && (
        <div className="suggestions">
          <span className="dimmed">{t('conflict.suggest')}</span>
          {SUGGESTIONS[conflict.kind].map((each) => (
            <Button
              key={each}
              variant="default"
              size="compact-xs"
              onClick={() => setReason(t(`conflict.suggest-${each}`))}
            >
              {t(`conflict.suggest-${each}`)}
            </Button>
          ))}
        </div>
      )}
      {closing.transferId !== null && <p className="tone-good">{t('act.transferMade')}</p>}
      <div className="close-line">
        <TextInput
          label={t('conflict.reason')}
          description={t('conflict.reasonHint')}
          value={reason}
          maxLength={REASON_MAX_CHARACTERS}
          onChange={(event) => setReason(event.currentTarget.value)}
          autoFocus
          flex={1}
          data-testid={testIds.conflictReason}
        />
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        <Button
          type="submit"
          loading={busy}
          disabled={reason.trim() === ''}
          data-testid={testIds.conflictConfirm}
        >
          {t('conflict.confirm')}
        </Button>
      </div>
      {failure !== null && <CloseProblem failure={failure} />}
    </form>
  );
}

function CloseProblem({ failure }: { readonly failure: ApiFailure }) {
  const { t } = useTranslation();
  const why = useFailureWords();
  return (
    <p className="tone-bad" role="alert" data-testid={testIds.conflictProblem}>
      {isStale(failure) ? t('conflict.stale') : t('conflict.failed', { why: why(failure) })}
    </p>
  );
}
