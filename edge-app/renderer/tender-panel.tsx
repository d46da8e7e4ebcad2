import { changeMinor } from '@gondola/shared/domain/sale.ts';
import { PRICE_MAX_MINOR } from '@gondola/shared/lib/limits.ts';
import { Button } from '@mantine/core';
import { IconArrowLeft, IconBackspace } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from './desk.ts';
import { notesOf } from './format.ts';
import { KeyHint } from './key-hint.tsx';
import { testIds } from './test-ids.ts';
import { useBasket, useFormats, useTill } from './use-till.ts';

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '00', '0'] as const;

/** Cash: digits, notes, change. The receipt stands only when the sale is on disk. */
export function TenderPanel() {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const { money, minorDigits } = useFormats();
  const { totalMinor } = basketAmounts(useBasket());
  const [given, setGiven] = useState(0);
  const [writing, setWriting] = useState(false);
  const change = changeMinor(totalMinor, given);

  const pay = useCallback(
    async (cashMinor: number) => {
      setWriting(true);
      const outcome = await till.pay([{ kind: 'cash', amountMinor: cashMinor }]);
      setWriting(false);
      if (outcome.ok) desk.finish(outcome.value);
      else desk.refuse(outcome.error);
    },
    [desk, till],
  );
  const press = useCallback((digits: string) => setGiven((before) => append(before, digits)), []);
  const back = useCallback(() => setGiven((before) => Math.floor(before / 10)), []);
  // Enter on an untouched amount means that it was paid exactly.
  const finish = useCallback(() => {
    if (!writing) void pay(given === 0 ? totalMinor : given);
  }, [given, pay, totalMinor, writing]);
  useTenderKeys(press, back, finish, () => desk.open('find'));

  return (
    <div className="tender" data-testid={testIds.tender}>
      <div className="part-head">
        <button
          type="button"
          className="link-button"
          data-testid={testIds.tenderBack}
          onClick={() => desk.open('find')}
        >
          <IconArrowLeft size={20} aria-hidden="true" /> {t('common.back')}
        </button>
        <h2 className="part-title">{t('tender.title')}</h2>
      </div>
      <dl className="sums tabular">
        <dt>{t('tender.given')}</dt>
        <dd data-testid={testIds.tenderGiven}>{money(given)}</dd>
        <dt className="sum-strong">{change === null ? t('tender.missing') : t('tender.change')}</dt>
        <dd className="sum-strong" data-testid={testIds.tenderChange}>
          {money(change ?? totalMinor - given)}
        </dd>
      </dl>
      <div className="tender-keys">
        <fieldset className="pad" aria-label={t('tender.pad')}>
          {KEYS.map((key) => (
            <button
              key={key}
              type="button"
              className="key"
              data-testid={testIds.tenderKey}
              onClick={() => press(key)}
            >
              {key}
            </button>
          ))}
          <button type="button" className="key" aria-label={t('tender.backspace')} onClick={back}>
            <IconBackspace size={24} aria-hidden="true" />
          </button>
        </fieldset>
        <fieldset className="notes" aria-label={t('tender.notes')}>
          {notesOf(till.identity.currency).map((note) => (
            <button
              key={note}
              type="button"
              className="key key-note tabular"
              data-testid={testIds.tenderNote}
              data-note={note}
              onClick={() => setGiven(given + note * 10 ** minorDigits)}
            >
              {note}
            </button>
          ))}
          <button
            type="button"
            className="key key-wide"
            data-testid={testIds.tenderExact}
            onClick={() => setGiven(totalMinor)}
          >
            {t('tender.exact')}
          </button>
        </fieldset>
      </div>
      <Button
        className="finish"
        disabled={(given !== 0 && change === null) || writing}
        loading={writing}
        onClick={finish}
        data-testid={testIds.tenderFinish}
        rightSection={<KeyHint>Enter</KeyHint>}
      >
        {writing ? t('tender.writing') : t('tender.finish')}
      </Button>
    </div>
  );
}

/** Digits come in from the right, as on any cash register. */
function append(before: number, digits: string): number {
  const next = Number(`${before}${digits}`);
  return next > PRICE_MAX_MINOR ? before : next;
}

function useTenderKeys(
  press: (digit: string) => void,
  back: () => void,
  finish: () => void,
  close: () => void,
): void {
  const latest = useRef({ press, back, finish, close });
  latest.current = { press, back, finish, close };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const now = latest.current;
      const onButton = event.target instanceof HTMLButtonElement;
      if (/^\d$/.test(event.key)) now.press(event.key);
      else if (event.key === 'Backspace') now.back();
      else if (event.key === 'Escape') now.close();
      else if (event.key === 'Enter' && !onButton) now.finish();
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener('keydown', onKey);
    // The key that opened the tender keeps the focus otherwise, and Enter would press it again.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return () => globalThis.removeEventListener('keydown', onKey);
  }, []);
}
