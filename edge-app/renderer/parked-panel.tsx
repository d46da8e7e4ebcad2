import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { basketAmounts } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { Empty } from './empty.tsx';
import { PartHead } from './part-head.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useParked, useTill } from './use-till.ts';

const NAMES_SHOWN_MAX = 3;

/** Baskets that wait for their customers; taking one up puts the open one in its place. */
export function ParkedPanel() {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const formats = useFormats();
  const parked = useParked();

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') desk.back();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [desk]);

  return (
    <div className="scroll" data-testid={testIds.parked}>
      <PartHead title={t('parked.title')} />
      {parked.length === 0 && <Empty title={t('parked.none')} hint={t('parked.noneHint')} />}
      <ul className="cards">
        {parked.map(({ basket, parkedAt }, index) => (
          <li key={basket.basketId} className="card" data-testid={testIds.parkedBasket}>
            <div className="part-head">
              <strong className="tabular">{formats.money(basketAmounts(basket).totalMinor)}</strong>
              <span className="dimmed tabular">
                {t('parked.since', { time: formats.time(Date.parse(parkedAt)) })}
              </span>
            </div>
            <p>
              {basket.lines
                .slice(0, NAMES_SHOWN_MAX)
                .map(({ quantity, name }) => `${formats.count(quantity)} × ${name}`)
                .join(', ')}
              {basket.lines.length > NAMES_SHOWN_MAX && ' …'}
            </p>
            <Button
              h={44}
              autoFocus={index === 0}
              data-testid={testIds.parkedTake}
              onClick={() => {
                till.resumeBasket(basket.basketId);
                desk.back();
              }}
            >
              {t('parked.take')}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
