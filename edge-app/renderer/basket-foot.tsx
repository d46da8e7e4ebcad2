import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useParked } from './use-till.ts';

/** What can be done with the basket as a whole, and without one. */
export function BasketFoot() {
  const { t } = useTranslation();
  const desk = useDesk();
  const { lines } = useBasket();
  const waiting = useParked().length;
  const key = { variant: 'subtle', color: 'gray', className: 'plain-text', px: 'xs', h: 44 } as const;
  return (
    <div className="basket-foot">
      <Button
        {...key}
        data-testid={testIds.returnOpen}
        onClick={() => desk.open('returns')}
        rightSection={<KeyHint>F10</KeyHint>}
      >
        {t('returns.open')}
      </Button>
      {lines.length === 0 ? (
        <Button {...key} data-testid={testIds.noSale} onClick={desk.openDrawer}>
          {t('drawer.open')}
        </Button>
      ) : (
        <>
          <Button {...key} data-testid={testIds.basketDiscount} onClick={() => desk.adjust(null)}>
            {t('adjust.open')}
          </Button>
          <Button
            {...key}
            data-testid={testIds.park}
            onClick={desk.park}
            rightSection={<KeyHint>F8</KeyHint>}
          >
            {t('parked.park')}
          </Button>
        </>
      )}
      {waiting > 0 && (
        <Button
          {...key}
          data-testid={testIds.parkedOpen}
          onClick={() => desk.open('parked')}
          rightSection={lines.length === 0 ? <KeyHint>F8</KeyHint> : null}
        >
          {t('parked.open', { count: waiting })}
        </Button>
      )}
      {lines.length > 0 && (
        <Button {...key} data-testid={testIds.basketClear} onClick={desk.discard}>
          {t('basket.clear')}
        </Button>
      )}
    </div>
  );
}
