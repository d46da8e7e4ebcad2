import { CloseButton, TextInput } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { testIds } from './test-ids.ts';

/** One field for names, codes and the scanner; it stands above every part but the tender. */
export function SearchField({ inputRef }: { readonly inputRef: RefObject<HTMLInputElement | null> }) {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <TextInput
      ref={inputRef}
      className="search"
      size="lg"
      aria-label={t('find.label')}
      placeholder={t('find.placeholder')}
      value={desk.text}
      onChange={(event) => desk.type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') desk.type('');
      }}
      leftSection={<IconBarcode size={22} aria-hidden="true" />}
      rightSection={
        desk.text === '' ? null : (
          <CloseButton size={40} aria-label={t('find.clear')} onClick={() => desk.type('')} tabIndex={-1} />
        )
      }
      rightSectionWidth={48}
      autoComplete="off"
      spellCheck={false}
      enterKeyHint="done"
      role="combobox"
      aria-expanded={desk.text !== ''}
      aria-controls="find-results"
      data-testid={testIds.search}
    />
  );
}
