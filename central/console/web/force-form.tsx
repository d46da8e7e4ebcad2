import { IDENTIFIER_MAX_CHARACTERS, REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { Button, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from './act-dialog.tsx';
import { ActProblem } from './act-problem.tsx';
import type { ApiFailure } from './api-client.ts';
import { useConsole, useFormats } from './console-context.ts';
import { type AllotmentView, forcedSchema } from './report-answers.ts';
import { testIds } from './test-ids.ts';

interface ForceFormProps {
  readonly allotment: AllotmentView;
  readonly till: string;
  readonly onCancel: () => void;
  readonly onForced: (exposureUnits: number) => void;
}

const isSamePerson = (left: string, right: string): boolean =>
  left.trim().toLocaleLowerCase() === right.trim().toLocaleLowerCase();

/**
 * Two people take back what a till holds, at the risk that it has spent it. It holds for what was looked at: the units stand
 * still while the form is open, and a change in between is shown instead.
 */
export function ForceForm({ allotment, till, onCancel, onForced }: ForceFormProps) {
  const { t } = useTranslation();
  const { api, reads } = useConsole();
  const [seen, setSeen] = useState(allotment);
  const [reason, setReason] = useState('');
  const [forcedBy, setForcedBy] = useState('');
  const [approvedBy, setApprovedBy] = useState('');
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const same = approvedBy.trim() !== '' && isSamePerson(forcedBy, approvedBy);
  const named = [reason, forcedBy, approvedBy].every((text) => text.trim() !== '');
  const ready = named && !same && typed.trim() === String(seen.unspent);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const { storeId, sku, tillId, life, position } = seen;
    const body = {
      ...{ storeId, productSku: sku, tillId, life, expectedPosition: position },
      ...{ reason: reason.trim(), forcedBy: forcedBy.trim(), approvedBy: approvedBy.trim() },
    };
    const answer = await api.write('/api/v1/allotments/force', api.newKey(), body, forcedSchema);
    setBusy(false);
    reads.refresh();
    if (answer.ok) return onForced(answer.value.exposureUnits);
    setFailure(answer.error);
  }

  function lookAgain(): void {
    setSeen(allotment);
    setTyped('');
    setFailure(null);
  }

  return (
    <ActDialog title={t('force.title', { till })} onClose={onCancel}>
      <form className="act-form" data-testid={testIds.forceForm} onSubmit={(event) => void submit(event)}>
        <Exposure units={seen.unspent} till={till} />
        <TextInput
          label={t('force.reason')}
          description={t('force.reasonHint')}
          value={reason}
          maxLength={REASON_MAX_CHARACTERS}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
          data-testid={testIds.forceReason}
        />
        <div className="act-pair">
          <TextInput
            label={t('force.forcedBy')}
            value={forcedBy}
            maxLength={IDENTIFIER_MAX_CHARACTERS}
            onChange={(event) => setForcedBy(event.currentTarget.value)}
            data-testid={testIds.forcedBy}
          />
          <TextInput
            label={t('force.approvedBy')}
            value={approvedBy}
            maxLength={IDENTIFIER_MAX_CHARACTERS}
            error={same ? t('force.samePerson') : null}
            onChange={(event) => setApprovedBy(event.currentTarget.value)}
            data-testid={testIds.approvedBy}
          />
        </div>
        <TextInput
          label={t('force.units', { units: seen.unspent })}
          value={typed}
          inputMode="numeric"
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid={testIds.forceUnits}
        />
        {failure !== null && <ActProblem failure={failure} onLookAgain={lookAgain} />}
        <div className="act-buttons">
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            color="red"
            loading={busy}
            disabled={!ready || failure !== null}
            data-testid={testIds.forceConfirm}
          >
            {t('force.confirm', { count: seen.unspent })}
          </Button>
        </div>
      </form>
    </ActDialog>
  );
}

function Exposure({ units, till }: { readonly units: number; readonly till: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (units === 0) return <p className="dimmed">{t('force.none')}</p>;
  return (
    <div className="act-warning" data-units={units}>
      <p className="strong">
        <IconAlertTriangle size={16} aria-hidden="true" />
        {t('force.exposure', { count: units, formatted: formats.count(units) })}
      </p>
      <p>{t('force.exposureHint', { till })}</p>
      <p className="dimmed">{t('force.lastResort')}</p>
    </div>
  );
}
