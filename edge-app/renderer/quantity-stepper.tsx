import { Button, Group, NumberInput } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface QuantityStepperProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly label: string;
  readonly testId: string;
  readonly children?: ReactNode;
}

/** A whole, positive quantity by finger or by keyboard. */
export function QuantityStepper({ value, onChange, label, testId, children }: QuantityStepperProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap">
      <Button
        variant="default"
        h={44}
        aria-label={t('basket.less')}
        onClick={() => onChange(Math.max(1, value - 1))}
      >
        <IconMinus size={18} aria-hidden="true" />
      </Button>
      <NumberInput
        w={96}
        size="md"
        aria-label={label}
        value={value}
        onChange={(next) => onChange(Number(next) || 1)}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        data-testid={testId}
      />
      <Button variant="default" h={44} aria-label={t('basket.more')} onClick={() => onChange(value + 1)}>
        <IconPlus size={18} aria-hidden="true" />
      </Button>
      {children}
    </Group>
  );
}
