import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EnrolProblem } from '../till/till.ts';
import { Notice } from './notice.tsx';
import { PlainPage } from './notice-screens.tsx';
import { testIds } from './test-ids.ts';

interface EnrolScreenProps {
  readonly busy: boolean;
  readonly problem: EnrolProblem | null;
  readonly onEnrol: (code: string, tillName: string) => Promise<void>;
}

/** The only screen that needs the centre: it exchanges a code for an identity. */
export function EnrolScreen({ busy, problem, onEnrol }: EnrolScreenProps) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [tillName, setTillName] = useState('');
  const complete = code.trim() !== '' && tillName.trim() !== '';

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (complete && !busy) void onEnrol(code.trim(), tillName.trim());
  }

  return (
    <PlainPage testId={testIds.enrolForm}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>
            <Text c="dimmed" fw={600}>
              {t('app.name')}
            </Text>
            <Title order={1} size="h2">
              {t('enrol.title')}
            </Title>
          </div>
          <Text c="dimmed">{t('enrol.hint')}</Text>
          <TextInput
            label={t('enrol.code')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={64}
            required
            data-autofocus
            autoFocus
            classNames={{ input: 'tabular code-field' }}
            data-testid={testIds.enrolCode}
          />
          <TextInput
            label={t('enrol.tillName')}
            description={t('enrol.tillNameHint')}
            value={tillName}
            onChange={(event) => setTillName(event.currentTarget.value)}
            autoComplete="off"
            maxLength={64}
            required
            data-testid={testIds.enrolTillName}
          />
          {problem !== null && (
            <Notice tone="bad" testId={testIds.enrolProblem}>
              {t(`enrol.${problem}`)}
            </Notice>
          )}
          <Button
            type="submit"
            size="lg"
            loading={busy}
            disabled={!complete}
            data-testid={testIds.enrolSubmit}
          >
            {t('enrol.submit')}
          </Button>
        </Stack>
      </form>
    </PlainPage>
  );
}
