import { IconBackspace } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { keepFocus } from './keep-focus.ts';
import { testIds } from './test-ids.ts';

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3', '00', '0'] as const;

interface NumberPadProps {
  readonly onPress: (digits: string) => void;
  readonly onBack: () => void;
}

/** Digits for a finger; {@link usePadKeys} takes the same from a keyboard. */
export function NumberPad({ onPress, onBack }: NumberPadProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="pad" aria-label={t('tender.pad')}>
      {KEYS.map((key) => (
        <button
          key={key}
          type="button"
          className="key"
          onMouseDown={keepFocus}
          data-testid={testIds.tenderKey}
          onClick={() => onPress(key)}
        >
          {key}
        </button>
      ))}
      <button
        type="button"
        className="key"
        onMouseDown={keepFocus}
        aria-label={t('tender.backspace')}
        onClick={onBack}
      >
        <IconBackspace size={24} aria-hidden="true" />
      </button>
    </fieldset>
  );
}

/** Digits come in from the right, as on any cash register; one too many changes nothing. */
export function appendDigits(before: number, digits: string, max: number): number {
  const next = Number(`${before}${digits}`);
  return next > max ? before : next;
}

interface PadKeys {
  readonly press: (digit: string) => void;
  readonly back: () => void;
  readonly finish: () => void;
  readonly close: () => void;
  /** To the kind beside the chosen one. */
  readonly step: (by: 1 | -1) => void;
}

/** The keyboard of a part with a pad. In a text field only Enter and Escape are the part's. */
export function usePadKeys(keys: PadKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const now = latest.current;
      // The choices move by arrows themselves while one of them has the focus.
      if (event.defaultPrevented) return;
      const onButton = event.target instanceof HTMLButtonElement;
      const inField = event.target instanceof HTMLInputElement;
      if (event.key === 'Escape') now.close();
      else if (event.key === 'Enter' && !onButton) now.finish();
      else if (inField) return;
      else if (/^\d$/.test(event.key)) now.press(event.key);
      else if (event.key === 'Backspace') now.back();
      else if (event.key === 'ArrowRight') now.step(1);
      else if (event.key === 'ArrowLeft') now.step(-1);
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener('keydown', onKey);
    // The key that opened this part keeps the focus otherwise, and Enter would press it again.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    return () => globalThis.removeEventListener('keydown', onKey);
  }, []);
}
