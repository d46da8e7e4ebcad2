import { REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from './act-dialog.tsx';
import { ActProblem } from './act-problem.tsx';
import type { ApiFailure } from './api-client.ts';
import { useConsole } from './console-context.ts';
import { closedAllotmentsSchema } from './report-answers.ts';
import { testIds } from './test-ids.ts';

/** A till of the store with all that it holds, or an article with all that tills hold of it. */
export type CloseTarget =
  | { readonly tillId: string; readonly till: string }
  | { readonly productSku: string };

interface CloseAllotmentsFormProps {
  readonly storeId: string;
  readonly target: CloseTarget;
  readonly onCancel: () => void;
  /** Called with what to say. */
  readonly onDone: (words: string) => void;
}

/** Of one till with a hundred thousand articles; more than any store has. */
const REQUESTS_MAX = 60;

/** Asks tills to settle what they hold. Nothing is taken from them: each settles when it hears of it. */
export function CloseAllotmentsForm({ storeId, target, onCancel, onDone }: CloseAllotmentsFormProps) {
  const { t } = useTranslation();
  const { api, reads } = useConsole();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const ofTill = 'tillId' in target;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    const scope = ofTill ? { tillId: target.tillId } : { productSku: target.productSku };
    const body = { storeId, ...scope, reason: reason.trim() };
    let closing = 0;
    for (let request = 0; request < REQUESTS_MAX; request += 1) {
      const answer = await api.write('/api/v1/allotments/close', api.newKey(), body, closedAllotmentsSchema);
      if (!answer.ok) {
        setBusy(false);
        setFailure(answer.error);
        return;
      }
      closing += answer.value.closing;
      if (answer.value.remaining === 0) break;
    }
    setBusy(false);
    reads.refresh();
    onDone(closing === 0 ? t('close.nothing') : t('close.done', { count: closing }));
  }

  const title = ofTill ? t('close.titleTill', { till: target.till }) : t('close.titlePool');
  return (
    <ActDialog title={title} onClose={onCancel}>
      <form className="act-form" onSubmit={(event) => void submit(event)}>
        <p className="dimmed">{t(ofTill ? 'close.hintTill' : 'close.hintPool')}</p>
        <TextInput
          label={t('close.reason')}
          value={reason}
          maxLength={REASON_MAX_CHARACTERS}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          data-testid={testIds.closeReason}
        />
        {failure !== null && <ActProblem failure={failure} onLookAgain={() => setFailure(null)} />}
        <div className="act-buttons">
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={reason.trim() === ''}
            data-testid={testIds.closeConfirm}
          >
            {t('close.confirm')}
          </Button>
        </div>
      </form>
    </ActDialog>
  );
}
