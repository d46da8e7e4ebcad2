import { IconCircleDot, IconHourglass, IconShieldCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Receipt } from '../till/till.ts';

const ICONS = {
  GUARANTEED: IconShieldCheckFilled,
  PROVISIONAL: IconHourglass,
  RECORDED: IconCircleDot,
} as const;
const TONES = { GUARANTEED: 'sure', PROVISIONAL: 'careful', RECORDED: 'good' } as const;

interface LabelMarkProps {
  readonly label: Receipt['label'];
  readonly testId?: string;
}

/** What the till told the customer: always an icon and a word, never a colour alone. */
export function LabelMark({ label, testId }: LabelMarkProps) {
  const { t } = useTranslation();
  const Icon = ICONS[label];
  return (
    <span className={`label-mark label-${TONES[label]}`} data-testid={testId} data-label={label}>
      <Icon size={18} aria-hidden="true" className={`tone-${TONES[label]}`} />
      {t(`label.${label}`)}
    </span>
  );
}
