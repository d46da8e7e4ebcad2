import { must } from '@gondola/shared/lib/assert.ts';
import type { KeyboardEvent, ReactNode } from 'react';
import { keepFocus } from './keep-focus.ts';

interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly values: readonly Value[];
  readonly chosen: Value | null;
  readonly onChoose: (value: Value) => void;
  readonly children: (value: Value) => ReactNode;
  readonly testId: string;
}

/** The value before or after the chosen one, around the ends. */
export function beside<Value extends string>(
  values: readonly Value[],
  chosen: Value | null,
  step: 1 | -1,
): Value {
  const at = chosen === null ? -1 : values.indexOf(chosen);
  return must(values[(at + step + values.length) % values.length], 'there is something to choose');
}

/** One of a few, each a touch away; by keyboard the arrows move within them. */
export function Choices<Value extends string>(props: ChoicesProps<Value>) {
  const { label, values, chosen, onChoose, children, testId } = props;

  function move(event: KeyboardEvent<HTMLFieldSetElement>): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = beside(values, chosen, step);
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-choice="${next}"]`)?.focus();
  }

  return (
    <fieldset className="choices" aria-label={label} onKeyDown={move}>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          className="choice"
          onMouseDown={keepFocus}
          aria-pressed={value === chosen}
          data-testid={testId}
          data-choice={value}
          onClick={() => onChoose(value)}
        >
          {children(value)}
        </button>
      ))}
    </fieldset>
  );
}
