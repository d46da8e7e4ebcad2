import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Receipt } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { LabelMark } from './label-mark.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useLoaded, useTill } from './use-till.ts';

/** After the flush: the change, large; the receipt below it. The next scan begins the next sale. */
export function ReceiptPanel() {
  const { t } = useTranslation();
  const desk = useDesk();
  const { money } = useFormats();
  const { receipt } = desk;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' || event.key === 'Escape') desk.open('find');
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [desk]);

  if (receipt === null) return null;
  return (
    <div className="scroll done">
      <article
        className="receipt"
        data-testid={testIds.receipt}
        data-label={receipt.label}
        data-sequence={receipt.sequence}
      >
        <div className="receipt-head">
          <h2 className="part-title">{t('done.title')}</h2>
          <LabelMark label={receipt.label} testId={testIds.receiptLabel} />
        </div>
        <p className="dimmed">
          {receipt.label === 'GUARANTEED' && `${t('done.guaranteed')} `}
          {t('done.onDisk')}
        </p>
        {receipt.changeMinor !== null && (
          <div className="done-change">
            <span>{receipt.changeMinor === 0 ? t('done.noChange') : t('done.change')}</span>
            <strong className="tabular" data-testid={testIds.receiptChange}>
              {money(receipt.changeMinor)}
            </strong>
          </div>
        )}
        <Slip receipt={receipt} />
      </article>
      <Group grow className="done-keys">
        <Button variant="default" onClick={() => globalThis.print()}>
          {t('done.print')}
        </Button>
        <Button
          data-testid={testIds.nextSale}
          onClick={() => desk.open('find')}
          rightSection={<KeyHint>Enter</KeyHint>}
        >
          {t('done.next')}
        </Button>
      </Group>
    </div>
  );
}

/** The receipt as the customer gets it. */
function Slip({ receipt }: { readonly receipt: Receipt }) {
  const { t } = useTranslation();
  const till = useTill();
  const formats = useFormats();
  const { money } = formats;
  const lines = receipt.body.type === 'sell' ? receipt.body.lines : [];
  const names = useLoaded(() => Promise.all(lines.map((line) => till.lookUp(line.sku))), [], [till, receipt]);
  return (
    <div className="slip">
      <p className="slip-head">
        <span>{till.identity.storeName}</span>
        <span>{till.identity.tillName}</span>
      </p>
      <p className="slip-head tabular">
        <span data-testid={testIds.receiptNumber}>
          {t('done.receipt', { number: receipt.receiptNumber })}
        </span>
        <span>{formats.dateTime(Date.parse(receipt.recordedAt))}</span>
      </p>
      <ul className="slip-lines">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a flushed receipt never change
          <li key={index}>
            <span className="tabular">{formats.count(line.quantity)} ×</span>
            <span>{names[index]?.name ?? line.sku}</span>
            <span className="tabular">{money(line.quantity * line.unitPriceMinor)}</span>
          </li>
        ))}
      </ul>
      <dl className="sums tabular">
        <dt className="sum-strong">{t('done.total')}</dt>
        <dd className="sum-strong">{money(receipt.totalMinor)}</dd>
        {receipt.cashGivenMinor !== null && (
          <>
            <dt>{t('done.given')}</dt>
            <dd>{money(receipt.cashGivenMinor)}</dd>
            <dt>{t('done.change')}</dt>
            <dd>{money(receipt.changeMinor ?? 0)}</dd>
          </>
        )}
      </dl>
    </div>
  );
}
