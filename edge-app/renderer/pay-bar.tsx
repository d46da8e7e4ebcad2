import { basketTotalMinor } from '@gondola/shared/domain/sale.ts';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useTillStatus } from './use-till.ts';

/** The total in the largest type on the screen, and the key that ends the basket. */
export function PayBar() {
  const { t } = useTranslation();
  const desk = useDesk();
  const formats = useFormats();
  const { lines } = useBasket();
  const { journalFailure } = useTillStatus();
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <footer className="pay-bar">
      <div className="pay-total">
        <span className="pay-label">
          {t('basket.total')} · {t('basket.items', { count: units, formatted: formats.count(units) })}
        </span>
        <output className="pay-amount tabular" data-testid={testIds.total}>
          {formats.money(basketTotalMinor(lines))}
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
