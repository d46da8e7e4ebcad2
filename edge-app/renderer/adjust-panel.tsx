import { BASIS_POINTS_WHOLE } from '@gondola/shared/domain/pricing.ts';
import { PRICE_MAX_MINOR } from '@gondola/shared/lib/limits.ts';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Basket, BasketAction, BasketLine } from '../till/till.ts';
import { basketAmounts, reduceBasket } from '../till/till.ts';
import { beside, Choices } from './choices.tsx';
import { useDesk } from './desk.ts';
import { keepFocus } from './keep-focus.ts';
import { KeyHint } from './key-hint.tsx';
import { appendDigits, NumberPad, usePadKeys } from './number-pad.tsx';
import { PartHead } from './part-head.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useTill } from './use-till.ts';

const LINE_KINDS = ['percent', 'amount', 'price'] as const;
const BASKET_KINDS = ['percent', 'amount'] as const;
type Kind = (typeof LINE_KINDS)[number];
const REASONS = ['damaged', 'expiry', 'label', 'agreed'] as const;
type Reason = (typeof REASONS)[number];
const USUAL_PERCENTS = [5, 10, 15, 20, 30, 50] as const;
const PERCENT_MAX = 100;
const BASIS_POINTS_PER_PERCENT = BASIS_POINTS_WHOLE / PERCENT_MAX;

/** Price or discount of one line, or the discount of the whole basket; what it makes of the sum is seen before. */
export function AdjustPanel() {
  const { t } = useTranslation();
  const desk = useDesk();
  const till = useTill();
  const basket = useBasket();
  const line = basket.lines.find(({ lineId }) => lineId === desk.adjusting) ?? null;
  const [kind, setKind] = useState<Kind>('percent');
  const [value, setValue] = useState(0);
  const [reason, setReason] = useState<Reason | null>(null);
  const max = kind === 'percent' ? PERCENT_MAX : PRICE_MAX_MINOR;
  const why = reason === null ? '' : t(`adjust.reason-${reason}`);
  const action = actionOf(kind, value, line, why);

  function act(wanted: BasketAction): void {
    const refusal = till.changeBasket(wanted);
    if (refusal === null) desk.back();
    else desk.refuse(refusal);
  }

  const press = (digits: string): void => setValue((before) => appendDigits(before, digits, max));
  const back = (): void => setValue((before) => Math.floor(before / 10));
  const kinds: readonly Kind[] = line === null ? BASKET_KINDS : LINE_KINDS;
  const choose = (next: Kind): void => {
    setKind(next);
    setValue(0);
  };
  const step = (by: 1 | -1): void => choose(beside(kinds, kind, by));
  usePadKeys({ press, back, step, close: desk.back, finish: () => act(action) });

  const discounted = line === null ? basket.discount !== undefined : line.discount !== undefined;
  return (
    <div className="tender" data-testid={testIds.adjust}>
      <PartHead title={line === null ? t('adjust.basket') : t('adjust.line', { name: line.name })} />
      <Choices
        label={t('adjust.kinds')}
        values={kinds}
        chosen={kind}
        onChoose={choose}
        testId={testIds.adjustKind}
      >
        {(one) => t(`adjust.${one}`)}
      </Choices>
      <Sums basket={basket} line={line} kind={kind} value={value} action={action} />
      {kind === 'price' && (
        <Choices
          label={t('adjust.why')}
          values={REASONS}
          chosen={reason}
          onChoose={setReason}
          testId={testIds.adjustReason}
        >
          {(one) => t(`adjust.reason-${one}`)}
        </Choices>
      )}
      <div className="tender-keys">
        <NumberPad onPress={press} onBack={back} />
        <div className="notes">
          {kind === 'percent' && <UsualPercents onChoose={setValue} />}
          {discounted && <RemoveKey onRemove={() => act(discountAction(line, null))} />}
        </div>
      </div>
      <Button
        className="finish"
        onClick={() => act(action)}
        data-testid={testIds.adjustApply}
        rightSection={<KeyHint>Enter</KeyHint>}
      >
        {t('adjust.apply')}
      </Button>
    </div>
  );
}

function UsualPercents({ onChoose }: { readonly onChoose: (percent: number) => void }) {
  const { percent } = useFormats();
  return USUAL_PERCENTS.map((one) => (
    <button
      key={one}
      type="button"
      className="key key-note tabular"
      onMouseDown={keepFocus}
      onClick={() => onChoose(one)}
    >
      {percent(one * BASIS_POINTS_PER_PERCENT)}
    </button>
  ));
}

function RemoveKey({ onRemove }: { readonly onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className="key key-wide"
      onMouseDown={keepFocus}
      data-testid={testIds.adjustRemove}
      onClick={onRemove}
    >
      {t('adjust.remove')}
    </button>
  );
}

interface SumsProps {
  readonly basket: Basket;
  readonly line: BasketLine | null;
  readonly kind: Kind;
  readonly value: number;
  readonly action: BasketAction;
}

function Sums({ basket, line, kind, value, action }: SumsProps) {
  const { t } = useTranslation();
  const { money, percent } = useFormats();
  const untouched = value === 0 && kind !== 'price';
  const costs = (of: Basket): number => {
    const amounts = basketAmounts(of);
    const index = of.lines.findIndex(({ lineId }) => lineId === line?.lineId);
    return amounts.lines[index]?.netMinor ?? amounts.totalMinor;
  };
  return (
    <dl className="sums tabular">
      <dt>{t(`adjust.${kind}`)}</dt>
      <dd data-testid={testIds.adjustValue}>
        {kind === 'percent' ? percent(value * BASIS_POINTS_PER_PERCENT) : money(value)}
      </dd>
      <dt>{t('adjust.before')}</dt>
      <dd>{money(costs(basket))}</dd>
      <dt className="sum-strong">{t('adjust.after')}</dt>
      <dd className="sum-strong" data-testid={testIds.adjustAfter}>
        {money(costs(untouched ? basket : reduceBasket(basket, action)))}
      </dd>
    </dl>
  );
}

function actionOf(kind: Kind, value: number, line: BasketLine | null, reason: string): BasketAction {
  if (kind === 'price' && line !== null) {
    return { type: 'change-price', lineId: line.lineId, unitPriceMinor: value, reason };
  }
  return discountAction(
    line,
    kind === 'percent'
      ? { kind: 'percent', basisPoints: value * BASIS_POINTS_PER_PERCENT }
      : { kind: 'amount', amountMinor: value },
  );
}

function discountAction(
  line: BasketLine | null,
  discount: NonNullable<Basket['discount']> | null,
): BasketAction {
  return line === null
    ? { type: 'discount-basket', discount }
    : { type: 'discount-line', lineId: line.lineId, discount };
}
