import { Button, Group } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Till } from '../till/till.ts';
import { type Slip as SlipOf, useDesk } from './desk.ts';
import { KeyHint } from './key-hint.tsx';
import { LabelMark } from './label-mark.tsx';
import { receiptRows } from './receipt-rows.ts';
import { receiptText } from './receipt-text.ts';
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
        <p className="dimmed tabular" data-testid={testIds.receiptNumber}>
          {t('done.receipt', { number: receipt.receiptNumber })}
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

/** The receipt as the customer gets it; on paper as a printer of plain text would have it. */
function Slip({ receipt }: { readonly receipt: SlipOf }) {
  const { t } = useTranslation();
  const till = useTill();
  const formats = useFormats();
  const names = useLoaded(() => namesOf(till, receipt), NO_NAMES, [till, receipt]);
  const { storeName, tillName } = till.identity;
  const rows = receiptRows(receipt, {
    ...{ formats, storeName, tillName, names },
    words: (key, values) => t(key, values ?? {}),
  });
  return (
    <>
      <ul className="slip tabular" data-testid={testIds.slip}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a flushed receipt never change
          <li key={index} className={`slip-${row.kind}`}>
            {'left' in row ? (
              <>
                <span>{row.left}</span>
                <span>{row.right}</span>
              </>
            ) : (
              'text' in row && row.text
            )}
          </li>
        ))}
      </ul>
      <pre className="slip-paper" aria-hidden="true">
        {receiptText(rows)}
      </pre>
    </>
  );
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

async function namesOf(till: Till, { body }: SlipOf): Promise<ReadonlyMap<string, string>> {
  const lines = body.type === 'sell' || body.type === 'return' ? body.lines : [];
  const found = await Promise.all(lines.map(({ sku }) => till.lookUp(sku)));
  return new Map(
    found.flatMap((product) => (product === null ? [] : [[product.sku, product.name] as const])),
  );
}
