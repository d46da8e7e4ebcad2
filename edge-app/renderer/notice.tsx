import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { testIds } from './test-ids.ts';

export type Tone = 'info' | 'good' | 'careful' | 'bad';

interface NoticeProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly onClose?: () => void;
  readonly testId?: string;
}

/** A sentence that answers an action. It stays until the next one, and moves nothing under a finger. */
export function Notice({ tone, children, onClose, testId = testIds.notice }: NoticeProps) {
  const { t } = useTranslation();
  const Icon = tone === 'good' ? IconCircleCheck : tone === 'info' ? IconInfoCircle : IconAlertTriangle;
  return (
    <div
      className={`notice notice-${tone}`}
      role={tone === 'bad' ? 'alert' : 'status'}
      data-testid={testId}
      data-tone={tone}
    >
      <Icon size={20} aria-hidden="true" className={`tone-${tone}`} />
      <div className="notice-text">{children}</div>
      {onClose !== undefined && (
        <button type="button" className="notice-close" aria-label={t('common.close')} onClick={onClose}>
          <IconX size={18} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
