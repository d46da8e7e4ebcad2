import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { testIds } from './test-ids.ts';

/** The name of a part that was opened for one act, and the way back. */
export function PartHead({ title }: { readonly title: string }) {
  const { t } = useTranslation();
  const desk = useDesk();
  return (
    <div className="part-head">
      <button type="button" className="link-button" data-testid={testIds.tenderBack} onClick={desk.back}>
        <IconArrowLeft size={20} aria-hidden="true" /> {t('common.back')}
      </button>
      <h2 className="part-title">{title}</h2>
    </div>
  );
}
