import { TENDER_KINDS, type Tender, type TenderKind } from '@gondola/shared/domain/tender.ts';
import { IDENTIFIER_MAX_CHARACTERS, PRICE_MAX_MINOR } from '@gondola/shared/lib/limits.ts';
import { Button, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { beside, Choices } from './choices.tsx';
import { useDesk } from './desk.ts';
import { notesOf } from './format.ts';
import { keepFocus } from './keep-focus.ts';
import { KeyHint } from './key-hint.tsx';
import { appendDigits, NumberPad, usePadKeys } from './number-pad.tsx';
import { PartHead } from './part-head.tsx';
import { testIds } from './test-ids.ts';
import { type TenderDesk, useTender } from './use-tender.ts';
import { useFormats, useTill } from './use-till.ts';

/** Cash, card, Pix and vouchers, one or several. The receipt stands only when the sale is on disk. */
export function TenderPanel() {
  const { t } = useTranslation();
  const { money } = useFormats();
  const { back: close } = useDesk();
  const tender = useTender();
  const { entry, edit, covers, writing } = tender;
  const press = (digits: string): void =>
    edit({ amountMinor: appendDigits(entry.amountMinor, digits, PRICE_MAX_MINOR) });
  const back = (): void => edit({ amountMinor: Math.floor(entry.amountMinor / 10) });
  const choose = (kind: TenderKind): void => edit({ kind, reference: '', lastFour: '' });
  const step = (by: 1 | -1): void => choose(beside(TENDER_KINDS, entry.kind, by));
  usePadKeys({ press, back, close, step, finish: tender.submit });

  return (
    <div className="tender" data-testid={testIds.tender}>
      <PartHead title={t('tender.title')} />
      <Choices
        label={t('pay.kinds')}
        values={TENDER_KINDS}
        chosen={entry.kind}
        onChoose={choose}
        testId={testIds.tenderKind}
      >
        {(kind) => t(`pay.${kind}`)}
      </Choices>
      {tender.taken.length > 0 && <Taken tender={tender} />}
      <Sums tender={tender} />
      {entry.kind !== 'cash' && <References key={entry.kind} tender={tender} />}
      <div className="tender-keys">
        <NumberPad onPress={press} onBack={back} />
        <Notes tender={tender} />
      </div>
      <Button
        className="finish"
        disabled={writing}
        loading={writing}
        onClick={tender.submit}
        data-testid={testIds.tenderFinish}
        data-covers={covers}
        rightSection={<KeyHint>Enter</KeyHint>}
      >
        {covers ? t('tender.finish') : t('pay.add', { amount: money(entry.amountMinor) })}
      </Button>
    </div>
  );
}

function Sums({ tender: { entry, preview } }: { readonly tender: TenderDesk }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const isMissing = preview.missingMinor > 0;
  return (
    <dl className="sums tabular">
      <dt>{t('tender.given')}</dt>
      <dd data-testid={testIds.tenderGiven}>{money(entry.amountMinor)}</dd>
      {preview.roundingMinor !== 0 && (
        <>
          <dt>{t('slip.rounding')}</dt>
          <dd>{money(preview.roundingMinor)}</dd>
        </>
      )}
      <dt className="sum-strong">{isMissing ? t('tender.missing') : t('tender.change')}</dt>
      <dd className="sum-strong" data-testid={testIds.tenderChange}>
        {money(isMissing ? preview.missingMinor : preview.changeMinor)}
      </dd>
    </dl>
  );
}

/** What has been received already; each can be taken back while the sale is not recorded. */
function Taken({ tender }: { readonly tender: TenderDesk }) {
  const { t } = useTranslation();
  const { money } = useFormats();
  const nameOf = (one: Tender): string =>
    one.kind === 'card' ? t('slip.card', { lastFour: one.lastFour }) : t(`pay.${one.kind}`);
  return (
    <ul className="taken tabular" aria-label={t('pay.taken')}>
      {tender.taken.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two tenders may be equal in everything
        <li key={index} data-testid={testIds.tenderTaken} data-kind={one.kind}>
          <span>{nameOf(one)}</span>
          <span>{money(one.amountMinor)}</span>
          <button
            type="button"
            className="line-remove"
            aria-label={t('pay.remove', { what: nameOf(one) })}
            onClick={() => tender.remove(one)}
          >
            <IconX size={20} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What identifies a payment that is not cash. Of a card nothing that could pay again. */
function References({ tender: { entry, edit } }: { readonly tender: TenderDesk }) {
  const { t } = useTranslation();
  const { kind, reference, lastFour } = entry;
  return (
    <div className="references">
      <TextInput
        label={t(`pay.${kind}Reference`)}
        placeholder={kind === 'card' ? t('pay.never') : undefined}
        value={reference}
        onChange={(event) => edit({ reference: event.currentTarget.value })}
        maxLength={IDENTIFIER_MAX_CHARACTERS}
        autoComplete="off"
        spellCheck={false}
        size="md"
        autoFocus
        data-testid={testIds.tenderReference}
      />
      {kind === 'card' && (
        <TextInput
          label={t('pay.lastFour')}
          value={lastFour}
          onChange={(event) => edit({ lastFour: event.currentTarget.value.replace(/\D/g, '').slice(0, 4) })}
          inputMode="numeric"
          autoComplete="off"
          size="md"
          classNames={{ input: 'tabular' }}
          data-testid={testIds.tenderLastFour}
        />
      )}
    </div>
  );
}

function Notes({ tender: { entry, restMinor, edit } }: { readonly tender: TenderDesk }) {
  const { t } = useTranslation();
  const till = useTill();
  const { minorDigits } = useFormats();
  const notes = entry.kind === 'cash' ? notesOf(till.identity.currency) : [];
  return (
    <fieldset className="notes" aria-label={t('tender.notes')}>
      {notes.map((note) => (
        <button
          key={note}
          type="button"
          className="key key-note tabular"
          onMouseDown={keepFocus}
          data-testid={testIds.tenderNote}
          data-note={note}
          onClick={() => edit({ amountMinor: entry.amountMinor + note * 10 ** minorDigits })}
        >
          {note}
        </button>
      ))}
      <button
        type="button"
        className="key key-wide"
        onMouseDown={keepFocus}
        data-testid={testIds.tenderExact}
        onClick={() => edit({ amountMinor: restMinor })}
      >
        {t('tender.exact')}
      </button>
    </fieldset>
  );
}
