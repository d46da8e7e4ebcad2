import { LINE_QUANTITY_MAX_UNITS } from '@gondola/shared/lib/limits.ts';
import { Button, Group, NumberInput } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface QuantityStepperProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly label: string;
  readonly testId: string;
  readonly min?: number;
  readonly max?: number;
  readonly children?: ReactNode;
}

/** A whole quantity by finger or by keyboard. */
export function QuantityStepper(props: QuantityStepperProps) {
  const { value, onChange, label, testId, min = 1, max = LINE_QUANTITY_MAX_UNITS, children } = props;
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        variant="default"
        h={44}
        aria-label={t('basket.less')}
        onClick={() => onChange(Math.max(min, value - 1))}
      >
        <IconMinus size={18} aria-hidden="true" />
      </Button>
      <NumberInput
        w={96}
        size="md"
        aria-label={label}
        value={value}
        onChange={(next) => onChange(Math.min(max, Math.max(min, Number(next) || min)))}
        min={min}
        max={max}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        data-testid={testId}
      />
      <Button
        variant="default"
        h={44}
        aria-label={t('basket.more')}
        onClick={() => onChange(Math.min(max, value + 1))}
      >
        <IconPlus size={18} aria-hidden="true" />
      </Button>
      {children}
    </Group>
  );
}
