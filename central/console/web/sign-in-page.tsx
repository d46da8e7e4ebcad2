import { Button, Code, Loader, Stack, Text, Title } from '@mantine/core';
import { IconKey, IconPlugX } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { POLL_INTERVAL_MS } from './live.ts';
import { Preferences } from './preferences.tsx';
import type { Session, SessionDesk } from './session.ts';
import { testIds } from './test-ids.ts';

function PlainPage({ children, ...rest }: { readonly children: ReactNode }) {
  return (
    <main className="plain-page" {...rest}>
      <div className="plain-corner">
        <Preferences />
      </div>
      <div className="plain-card">{children}</div>
    </main>
  );
}

/** Shown while it is not known yet whether a session stands. */
export function CheckingPage() {
  const { t } = useTranslation();
  return (
    <PlainPage data-testid={testIds.checking}>
      <Stack align="center" gap="sm">
        <Loader aria-hidden="true" />
        <Title order={1} size="h3">
          {t('sign.checking')}
        </Title>
      </Stack>
    </PlainPage>
  );
}

/** The only way in is a link that the centre printed: where to get one. */
export function SignedOutPage({ why }: { readonly why: (Session & { kind: 'signed-out' })['why'] }) {
  const { t } = useTranslation();
  return (
    <PlainPage data-testid={testIds.signedOut} data-why={why}>
      <Stack gap="sm">
        <IconKey size={36} aria-hidden="true" />
        <Title order={1} size="h3">
          {t('sign.title')}
        </Title>
        <Text role="status">{t(`sign.${why}`)}</Text>
        <Text fw={600}>{t('sign.where')}</Text>
        <Code block fz="md">
          {t('sign.command')}
        </Code>
      </Stack>
    </PlainPage>
  );
}

/** The centre is away: what is safe, and that it is tried again. */
export function UnreachablePage({ session }: { readonly session: SessionDesk }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setInterval(() => void session.open(null), POLL_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [session]);
  return (
    <PlainPage data-testid={testIds.unreachable}>
      <Stack gap="sm">
        <IconPlugX size={36} aria-hidden="true" className="tone-bad" />
        <Title order={1} size="h3">
          {t('sign.unreachable')}
        </Title>
        <Text>{t('sign.unreachableHint')}</Text>
        <Button onClick={() => void session.open(null)}>{t('common.retry')}</Button>
      </Stack>
    </PlainPage>
  );
}
