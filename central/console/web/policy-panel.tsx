import { Button, NumberInput, Radio } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActDialog } from './act-dialog.tsx';
import { ActDone, ActProblem } from './act-problem.tsx';
import type { ApiFailure } from './api-client.ts';
import { useConsole, useRead } from './console-context.ts';
import { Panel } from './panel.tsx';
import { type PolicyView, policySchema } from './report-answers.ts';
import { testIds } from './test-ids.ts';

interface PolicyPanelProps {
  readonly storeId: string;
  readonly sku: string;
}

/** How far tills may promise the article unsure, and the change of it. */
export function PolicyPanel({ storeId, sku }: PolicyPanelProps) {
  const { t } = useTranslation();
  const path = `/api/v1/inventory/${encodeURIComponent(storeId)}/${encodeURIComponent(sku)}/policy`;
  const reading = useRead(path, policySchema);
  const [changing, setChanging] = useState(false);
  const [saved, setSaved] = useState(false);
  const change = (
    <Button
      variant="default"
      size="compact-xs"
      disabled={reading.value === null}
      data-testid={testIds.policyChange}
      onClick={() => {
        setChanging(true);
        setSaved(false);
      }}
    >
      {t('policy.change')}
    </Button>
  );
  return (
    <Panel title={t('policy.title')} reading={reading} rows={2} tools={change}>
      {(policy) => (
        <div className="panel-body">
          <PolicyNow policy={policy} />
          {changing && (
            <PolicyForm
              path={path}
              policy={policy}
              onCancel={() => setChanging(false)}
              onSaved={() => {
                setChanging(false);
                setSaved(true);
              }}
            />
          )}
          {saved && <ActDone words={t('policy.done')} />}
        </div>
      )}
    </Panel>
  );
}

const CHOICES = ['none', 'zero', 'some'] as const;
type Choice = (typeof CHOICES)[number];

function choiceOf({ provisionalMaxUnits }: PolicyView): Choice {
  if (provisionalMaxUnits === null) return 'none';
  return provisionalMaxUnits === 0 ? 'zero' : 'some';
}

function PolicyNow({ policy }: { readonly policy: PolicyView }) {
  const { t } = useTranslation();
  const choice = choiceOf(policy);
  const { provisionalMaxUnits } = policy;
  return (
    <div data-testid={testIds.policy} data-units={provisionalMaxUnits ?? 'none'}>
      <p className="strong">
        {t(`policy.${choice}`)}
        {choice === 'some' && `: ${provisionalMaxUnits}`}
      </p>
      <p className="dimmed">{t(`policy.${choice}Hint`, { count: provisionalMaxUnits ?? 0 })}</p>
    </div>
  );
}

interface PolicyFormProps {
  readonly path: string;
  readonly policy: PolicyView;
  readonly onCancel: () => void;
  readonly onSaved: () => void;
}

const UNITS_DEFAULT = 1;
const UNITS_MAX = 999_999;

function PolicyForm({ path, policy, onCancel, onSaved }: PolicyFormProps) {
  const { t } = useTranslation();
  const { api, reads } = useConsole();
  const [seen, setSeen] = useState(policy);
  const [choice, setChoice] = useState<Choice>(choiceOf(policy));
  const [units, setUnits] = useState(policy.provisionalMaxUnits || UNITS_DEFAULT);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const wanted = choice === 'none' ? null : choice === 'zero' ? 0 : units;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const body = { provisionalMaxUnits: wanted };
    const how = { method: 'PUT', ifMatch: seen.version } as const;
    const answer = await api.write(path, api.newKey(), body, policySchema, how);
    setBusy(false);
    reads.refresh();
    if (answer.ok) return onSaved();
    setFailure(answer.error);
  }

  function lookAgain(): void {
    setSeen(policy);
    setChoice(choiceOf(policy));
    setUnits(policy.provisionalMaxUnits || UNITS_DEFAULT);
    setFailure(null);
  }

  return (
    <ActDialog title={t('policy.title')} onClose={onCancel}>
      <form className="act-form" onSubmit={(event) => void submit(event)}>
        <p className="dimmed">{t('policy.hint')}</p>
        <Radio.Group
          value={choice}
          aria-label={t('policy.title')}
          onChange={(value) => setChoice(value as Choice)}
        >
          <div className="act-choices">
            {CHOICES.map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`policy.${each}`)}
                description={t(`policy.${each}Hint`, { count: units })}
                data-testid={testIds.policyChoice}
                data-choice={each}
              />
            ))}
          </div>
        </Radio.Group>
        {choice === 'some' && (
          <NumberInput
            label={t('policy.units')}
            size="sm"
            min={1}
            max={UNITS_MAX}
            clampBehavior="strict"
            allowDecimal={false}
            value={units}
            onChange={(value) => setUnits(Number(value) || UNITS_DEFAULT)}
            data-testid={testIds.policyUnits}
          />
        )}
        {failure !== null && <ActProblem failure={failure} onLookAgain={lookAgain} />}
        <div className="act-buttons">
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={wanted === seen.provisionalMaxUnits || failure !== null}
            data-testid={testIds.policySave}
          >
            {t('policy.save')}
          </Button>
        </div>
      </form>
    </ActDialog>
  );
}
