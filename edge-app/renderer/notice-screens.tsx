import { Button, Code, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconAppWindow } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StartFailure } from '../till/till.ts';
import { Preferences } from './preferences.tsx';
import { testIds } from './test-ids.ts';

/** The frame of screens that stand alone: one column in the middle, preferences in a corner. */
export function PlainPage({ testId, children }: { readonly testId: string; readonly children: ReactNode }) {
  return (
    <main className="plain-page" data-testid={testId}>
      <div className="plain-corner">
        <Preferences />
      </div>
      <div className="plain-card">{children}</div>
    </main>
  );
}

export function StartingScreen() {
  const { t } = useTranslation();
  return (
    <PlainPage testId={testIds.starting}>
      <Stack align="center" gap="sm">
        <Loader aria-hidden="true" />
        <Title order={1} size="h3">
          {t('start.opening')}
        </Title>
        <Text c="dimmed">{t('start.openingHint')}</Text>
      </Stack>
    </PlainPage>
  );
}

export function OtherWindowScreen() {
  const { t } = useTranslation();
  return (
    <PlainPage testId={testIds.otherWindow}>
      <Stack gap="sm">
        <IconAppWindow size={40} aria-hidden="true" />
        <Title order={1} size="h3">
          {t('start.otherWindowTitle')}
        </Title>
        <Text>{t('start.otherWindow')}</Text>
      </Stack>
    </PlainPage>
  );
}

/** What happened, what is safe, what to do next: in that order. */
export function FailedScreen({ code, message }: { readonly code: StartFailure; readonly message: string }) {
  const { t } = useTranslation();
  const known = ['not-strict', 'broken-chain', 'flush-failed', 'insecure-page'].includes(code);
  return (
    <PlainPage testId={testIds.failed}>
      <Stack gap="sm">
        <IconAlertTriangle size={40} aria-hidden="true" className="tone-bad" />
        <Title order={1} size="h3">
          {t('start.failedTitle')}
        </Title>
        <Text>{t('start.safe')}</Text>
        <Text fw={600}>
          {t('start.next')}: {t(`start.failed-${known ? code : 'unknown'}`)}
        </Text>
        <Code block>{`${t('start.detail')}: ${code}: ${message}`}</Code>
        <Button onClick={() => globalThis.location.reload()}>{t('start.again')}</Button>
      </Stack>
    </PlainPage>
  );
}
