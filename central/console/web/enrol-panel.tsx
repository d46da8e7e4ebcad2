import { Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconTicket } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EnrolmentCode, enrolmentCodeSchema } from './answers.ts';
import type { ApiFailure } from './api-client.ts';
import { useConsole, useFormats } from './console-context.ts';
import { useFailureWords } from './panel.tsx';
import { testIds } from './test-ids.ts';

/** Makes a code for a new till. It is shown once: leaving the page forgets it. */
export function EnrolPanel({ storeId }: { readonly storeId: string }) {
  const { t } = useTranslation();
  const { api } = useConsole();
  const why = useFailureWords();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<EnrolmentCode | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);

  async function make(): Promise<void> {
    setBusy(true);
    const answer = await api.write('/api/v1/enrolment-codes', api.newKey(), { storeId }, enrolmentCodeSchema);
    setBusy(false);
    setMade(answer.ok ? answer.value : null);
    setFailure(answer.ok ? null : answer.error);
  }

  return (
    <section className="panel" aria-label={t('enrol.title')}>
      <header className="panel-head">
        <h2 className="panel-title">{t('enrol.title')}</h2>
      </header>
      <div className="panel-body">
        {made === null ? <p className="dimmed">{t('enrol.hint')}</p> : <Code made={made} />}
        {failure !== null && (
          <p className="tone-bad" role="alert">
            {t('enrol.failed', { why: why(failure) })}
          </p>
        )}
        <Button
          variant={made === null ? 'filled' : 'default'}
          leftSection={<IconTicket size={16} aria-hidden="true" />}
          loading={busy}
          data-testid={testIds.enrolMake}
          onClick={() => void make()}
        >
          {t(made === null ? 'enrol.make' : 'enrol.another')}
        </Button>
      </div>
    </section>
  );
}

function Code({ made }: { readonly made: EnrolmentCode }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const address = `${globalThis.location.origin}/till/`;
  return (
    <div role="status" className="code-part">
      <p className="code-line">
        <code className="code" data-testid={testIds.enrolCode}>
          {made.code}
        </code>
        <CopyButton value={made.code}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
              onClick={copy}
            >
              {t(copied ? 'common.copied' : 'common.copy')}
            </Button>
          )}
        </CopyButton>
      </p>
      <p>{t('enrol.once', { address })}</p>
      <p className="dimmed">{t('enrol.expires', { time: formats.dateTime(Date.parse(made.expiresAt)) })}</p>
    </div>
  );
}
