import { lineTotalMinor } from '@gondola/shared/domain/sale.ts';
import { Button, Popover } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BasketLine } from '../till/till.ts';
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
  const till = useTill();
  const basket = useBasket();
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
        <>
          <ol className="lines">
            {lines.map((line) => (
              <li
                key={line.lineId}
                ref={line.lineId === lastLineId ? end : null}
                className={line.lineId === lastLineId ? 'line line-last' : 'line'}
                data-testid={testIds.basketLine}
                data-sku={line.sku}
              >
                <Line line={line} />
              </li>
            ))}
          </ol>
          <div className="basket-foot">
            <Button variant="subtle" color="gray" className="plain-text" onClick={() => till.discardBasket()}>
              {t('basket.clear')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Line({ line }: { readonly line: BasketLine }) {
  const { t } = useTranslation();
  const till = useTill();
  const { money } = useFormats();
  return (
    <>
      <LineQuantity line={line} />
      <div className="line-text">
        <span className="line-name">{line.name}</span>
        <span className="line-detail tabular">
          {t('basket.each', { price: money(line.unitPriceMinor) })}
          {line.reservationId !== undefined &&
            ` · ${t('basket.fromHold', { code: pickUpCode(line.reservationId) })}`}
        </span>
      </div>
      <span className="line-total tabular">{money(lineTotalMinor(line))}</span>
      <button
        type="button"
        className="line-remove"
        aria-label={t('basket.remove', { name: line.name })}
        data-testid={testIds.lineRemove}
        onClick={() => till.changeBasket({ type: 'void', lineId: line.lineId })}
      >
        <IconX size={20} aria-hidden="true" />
      </button>
    </>
  );
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
