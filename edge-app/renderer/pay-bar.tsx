import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { basketAmounts } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useTillStatus } from './use-till.ts';

/** The total in the largest type on the screen, and the key that ends the basket. */
export function PayBar() {
  const { t } = useTranslation();
  const desk = useDesk();
  const formats = useFormats();
  const basket = useBasket();
  const { lines } = basket;
  const { totalMinor, discountMinor } = basketAmounts(basket);
  const { journalFailure } = useTillStatus();
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <footer className="pay-bar">
      <div className="pay-total">
        <span className="pay-label">
          {t('basket.total')} · {t('basket.items', { count: units, formatted: formats.count(units) })}
          {discountMinor > 0 && ` · ${t('adjust.off', { amount: formats.money(discountMinor) })}`}
        </span>
        <output className="pay-amount tabular" data-testid={testIds.total}>
          {formats.money(totalMinor)}
        </output>
      </div>
      {desk.panel !== 'tender' && (
        <Button
          className="pay-button"
          disabled={lines.length === 0 || journalFailure !== null}
          onClick={() => desk.open('tender')}
          data-testid={testIds.pay}
          rightSection={<KeyHint>F9</KeyHint>}
        >
          {t('basket.pay')}
        </Button>
      )}
    </footer>
  );
}
