import { Code } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { testIds } from './test-ids.ts';

/** A part that has nothing to show says so, and what would change that. */
export function Empty({ title, hint }: { readonly title: string; readonly hint: string }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p className="empty-hint">{hint}</p>
    </div>
  );
}

/** A chain without a store: how to get one. */
export function EmptyChain() {
  const { t } = useTranslation();
  return (
    <div className="empty" data-testid={testIds.emptyChain}>
      <p className="empty-title">{t('empty.chain')}</p>
      <p className="empty-hint">{t('empty.chainHint')}</p>
      <Code fz="md">{t('empty.chainCommand')}</Code>
    </div>
  );
}
