import { refundMinor } from '@gondola/shared/domain/pricing.ts';
import { TENDER_KINDS, type TenderKind } from '@gondola/shared/domain/tender.ts';
import { IDENTIFIER_MAX_CHARACTERS, REASON_MAX_CHARACTERS } from '@gondola/shared/lib/limits.ts';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundSale } from '../till/till.ts';
import { basketAmounts } from '../till/till.ts';
import { Choices } from './choices.tsx';
import { useDesk } from './desk.ts';
import { PartHead } from './part-head.tsx';
import { QuantityStepper } from './quantity-stepper.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useLoaded, useTill } from './use-till.ts';

/** Goods that come back: by their receipt for what was paid, or without one for what stands in the basket. */
export function ReturnPanel() {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const [number, setNumber] = useState('');
  const [sale, setSale] = useState<FoundSale | null>(null);
  const [reason, setReason] = useState('');

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') desk.back();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [desk]);

  async function find(event: FormEvent): Promise<void> {
    event.preventDefault();
    const found = await till.findSale(number);
    setSale(found.ok ? found.value : null);
    if (found.ok) desk.notify(null);
    else desk.refuse(found.error);
  }

  return (
    <div className="scroll" data-testid={testIds.returns}>
      <PartHead title={t('returns.title')} />
      <div className="cards">
        <form className="return-find" onSubmit={find}>
          <TextInput
            label={t('returns.number')}
            description={t('returns.hint')}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
            maxLength={IDENTIFIER_MAX_CHARACTERS}
            autoComplete="off"
            size="md"
            autoFocus
            classNames={{ input: 'tabular' }}
            data-testid={testIds.returnNumber}
          />
          <Button type="submit" h={44} variant="default" data-testid={testIds.returnFind}>
            {t('returns.find')}
          </Button>
        </form>
        <TextInput
          label={t('returns.reason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={REASON_MAX_CHARACTERS}
          autoComplete="off"
          size="md"
          data-testid={testIds.returnReason}
        />
        {sale === null ? (
          <BasketBack reason={reason} />
        ) : (
          <SoldBack key={sale.receiptNumber} sale={sale} reason={reason} />
        )}
      </div>
    </div>
  );
}

/** A fresh id per form: a double tap on its key must not pay back twice. */
function useReturnId(): string {
  const till = useTill();
  return useState(() => till.newBasketId())[0];
}

function SoldBack({ sale, reason }: { readonly sale: FoundSale; readonly reason: string }) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const formats = useFormats();
  const basketId = useReturnId();
  const [units, setUnits] = useState<ReadonlyMap<number, number>>(new Map());
  const [refundBy, setRefundBy] = useState<TenderKind>('cash');
  const names = useLoaded(
    () => Promise.all(sale.lines.map(async ({ sku }) => (await till.lookUp(sku))?.name ?? sku)),
    [],
    [till, sale],
  );
  const chosen = sale.lines.filter(({ soldLine }) => (units.get(soldLine) ?? 0) > 0);
  const amount = chosen.reduce((total, { soldLine, paidMinor, quantity, returned }) => {
    return total + refundMinor(paidMinor, quantity, returned, units.get(soldLine) ?? 0);
  }, 0);

  async function record(): Promise<void> {
    const lines = chosen.map(({ soldLine }) => ({ soldLine, quantity: units.get(soldLine) ?? 0 }));
    const { receiptNumber } = sale;
    const outcome = await till.takeBackSold({ basketId, receiptNumber, lines, refundBy, reason });
    if (outcome.ok) desk.finish(outcome.value);
    else desk.refuse(outcome.error);
  }

  return (
    <>
      {sale.lines.map(({ soldLine, quantity, returned, paidMinor }, index) => (
        <div key={soldLine} className="card" data-testid={testIds.returnLine}>
          <strong>{names[index]}</strong>
          <span className="dimmed tabular">
            {t('returns.sold', {
              quantity: formats.count(quantity),
              paid: formats.money(paidMinor),
              returned: formats.count(returned),
            })}
          </span>
          {quantity > returned && (
            <QuantityStepper
              value={units.get(soldLine) ?? 0}
              min={0}
              max={quantity - returned}
              onChange={(next) => setUnits(new Map(units).set(soldLine, next))}
              label={t('returns.backQuantity', { name: names[index] ?? '' })}
              testId={testIds.returnQuantity}
            />
          )}
        </div>
      ))}
      <Choices
        label={t('returns.by')}
        values={TENDER_KINDS}
        chosen={refundBy}
        onChoose={setRefundBy}
        testId={testIds.returnBy}
      >
        {(kind) => t(`pay.${kind}`)}
      </Choices>
      <Button
        className="finish"
        disabled={chosen.length === 0}
        onClick={record}
        data-testid={testIds.returnRecord}
      >
        {chosen.length === 0 ? t('returns.nothing') : t('returns.record', { amount: formats.money(amount) })}
      </Button>
    </>
  );
}

/** Without a receipt the goods are scanned into the basket, and the basket comes back. */
function BasketBack({ reason }: { readonly reason: string }) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const { money } = useFormats();
  const basket = useBasket();

  async function record(): Promise<void> {
    const outcome = await till.takeBackBasket(reason);
    if (outcome.ok) desk.finish(outcome.value);
    else desk.refuse(outcome.error);
  }

  return (
    <div className="card">
      <strong>{t('returns.without')}</strong>
      <span className="dimmed">{t('returns.withoutHint')}</span>
      <Button
        h={44}
        variant="default"
        disabled={basket.lines.length === 0 || !till.mayDo('return-without-receipt')}
        onClick={record}
        data-testid={testIds.returnBasket}
      >
        {t('returns.withoutRecord', { amount: money(basketAmounts(basket).totalMinor) })}
      </Button>
    </div>
  );
}
