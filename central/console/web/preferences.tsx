import { ActionIcon, Button, Group, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage, LANGUAGES } from './i18n.ts';
import { testIds } from './test-ids.ts';

/** Language and colour scheme: one touch each, kept on this device. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = LANGUAGES.find((language) => language !== i18n.language) ?? 'en';
  return (
    <Group gap={0} wrap="nowrap">
      <Button
        variant="subtle"
        color="gray"
        px="xs"
        h={34}
        className="plain-text"
        leftSection={<IconLanguage size={18} aria-hidden="true" />}
        lang={next}
        aria-label={`${t('common.language')}: ${t(`languages.${next}`)}`}
        data-testid={testIds.language}
        onClick={() => chooseLanguage(i18n, next)}
      >
        {next === 'en' ? 'EN' : 'PT'}
      </Button>
      <ActionIcon
        color="gray"
        className="plain-text"
        aria-label={t('common.colours')}
        title={t('common.colours')}
        data-testid={testIds.scheme}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        {scheme === 'dark' ? (
          <IconSun size={18} aria-hidden="true" />
        ) : (
          <IconMoon size={18} aria-hidden="true" />
        )}
      </ActionIcon>
    </Group>
  );
}
