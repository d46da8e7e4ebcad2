import { lineTotalMinor } from '@gondola/shared/domain/sale.ts';
import { Button, Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BasketLine } from '../till/till.ts';
import { basketAmounts } from '../till/till.ts';
import { BasketFoot } from './basket-foot.tsx';
import { useDesk } from './desk.ts';
import { Empty } from './empty.tsx';
import { pickUpCode } from './format.ts';
import { QuantityStepper } from './quantity-stepper.tsx';
import { RecoveryNotice } from './recovery-notice.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useTill } from './use-till.ts';

/** The open basket; the line that changed last is large, so that a cashier sees it from the side. */
export function BasketPanel() {
  const { t } = useTranslation();
  const basket = useBasket();
  const amounts = basketAmounts(basket);
  const end = useRef<HTMLLIElement>(null);
  const { lines, lastLineId } = basket;

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the line that changed
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [lastLineId, lines.length]);

  return (
    <section className="basket" aria-label={t('basket.title')} data-testid={testIds.basket}>
      <RecoveryNotice />
      {lines.length === 0 ? (
        <Empty title={t('basket.empty')} hint={t('basket.emptyHint')} />
      ) : (
        <ol className="lines">
          {lines.map((line, index) => (
            <li
              key={line.lineId}
              ref={line.lineId === lastLineId ? end : null}
              className={line.lineId === lastLineId ? 'line line-last' : 'line'}
              data-testid={testIds.basketLine}
              data-sku={line.sku}
            >
              <Line line={line} netMinor={amounts.lines[index]?.netMinor ?? 0} />
            </li>
          ))}
        </ol>
      )}
      <BasketFoot />
    </section>
  );
}

function Line({ line, netMinor }: { readonly line: BasketLine; readonly netMinor: number }) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const { money } = useFormats();
  return (
    <>
      <LineQuantity line={line} />
      <button
        type="button"
        className="line-text"
        aria-label={t('adjust.change', { name: line.name })}
        data-testid={testIds.lineAdjust}
        onClick={() => desk.adjust(line.lineId)}
      >
        <span className="line-name">{line.name}</span>
        <span className="line-detail tabular">{useLineDetails(line, netMinor).join(' · ')}</span>
      </button>
      <span className="line-total tabular">{money(netMinor)}</span>
      <button
        type="button"
        className="line-remove"
        aria-label={t('basket.remove', { name: line.name })}
        data-testid={testIds.lineRemove}
        onClick={() => {
          const refusal = till.changeBasket({ type: 'void', lineId: line.lineId });
          if (refusal !== null) desk.refuse(refusal);
        }}
      >
        <IconX size={20} aria-hidden="true" />
      </button>
    </>
  );
}

/** What a line is made of besides its total: price, weight, what was taken off, where it comes from. */
function useLineDetails(line: BasketLine, netMinor: number): readonly string[] {
  const { t } = useTranslation();
  const { money, kilograms } = useFormats();
  const off = lineTotalMinor(line) - netMinor;
  return [
    t('basket.each', { price: money(line.unitPriceMinor) }),
    ...(line.listPriceMinor === undefined ? [] : [t('adjust.list', { price: money(line.listPriceMinor) })]),
    ...(line.weightGrams === undefined ? [] : [t('adjust.weight', { weight: kilograms(line.weightGrams) })]),
    ...(off === 0 ? [] : [t('adjust.off', { amount: money(off) })]),
    ...(line.reservationId === undefined
      ? []
      : [t('basket.fromHold', { code: pickUpCode(line.reservationId) })]),
  ];
}

function LineQuantity({ line }: { readonly line: BasketLine }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withArrow>
      <Popover.Target>
        <button
          type="button"
          className="line-quantity tabular"
          aria-label={`${t('basket.quantity', { name: line.name })}: ${line.quantity}`}
          data-testid={testIds.lineQuantity}
          onClick={() => setOpen(!open)}
        >
          {formats.count(line.quantity)}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <QuantityForm line={line} onDone={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function QuantityForm({ line, onDone }: { readonly line: BasketLine; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const [quantity, setQuantity] = useState(line.quantity);

  function submit(event: FormEvent): void {
    event.preventDefault();
    till.changeBasket({ type: 'set-quantity', lineId: line.lineId, quantity });
    desk.notify(null);
    onDone();
  }

  return (
    <form onSubmit={submit}>
      <QuantityStepper
        value={quantity}
        onChange={setQuantity}
        label={t('basket.quantity', { name: line.name })}
        testId={testIds.lineQuantityField}
      >
        <Button type="submit" h={44} aria-label={t('basket.apply')} data-testid={testIds.lineQuantityApply}>
          {t('common.ok')}
        </Button>
      </QuantityStepper>
    </form>
  );
}
