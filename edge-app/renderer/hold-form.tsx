import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProductRow } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { QuantityStepper } from './quantity-stepper.tsx';
import { testIds } from './test-ids.ts';
import { useTill } from './use-till.ts';

interface HoldFormProps {
  readonly product: ProductRow;
  readonly quantity: number;
  readonly onDone: () => void;
}

/** How many units to hold. Out of the till's own units it is guaranteed once on disk; else provisional until the centre answers. */
export function HoldForm({ product, quantity, onDone }: HoldFormProps) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const [units, setUnits] = useState(quantity);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const outcome = await till.hold({ sku: product.sku, quantity: units });
    setBusy(false);
    onDone();
    if (!outcome.ok) return desk.refuse(outcome.error);
    desk.type('');
    desk.open('holds');
    const values = { quantity: units, name: product.name };
    if (outcome.value.label === 'GUARANTEED')
      desk.notify({ tone: 'good', text: t('notice.heldGuaranteed', values) });
    else desk.notify({ tone: 'info', text: t('notice.held', values) });
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm" maw={260}>
        <Text fw={600} size="sm">
          {product.name}
        </Text>
        <QuantityStepper
          value={units}
          onChange={setUnits}
          label={t('find.holdQuantity')}
          testId={testIds.holdQuantity}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={busy} data-testid={testIds.holdConfirm}>
            {t('find.holdNow', { count: units })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
