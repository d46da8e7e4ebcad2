import { useTranslation } from 'react-i18next';
import type { CloudEvent } from './answers.ts';
import { reasonKey } from './conflict-words.ts';
import { useFormats } from './console-context.ts';
import { eventFacts } from './event-words.ts';

const OPERATIONS = ['sell', 'return', 'receive', 'count', 'reserve', 'commit', 'release'];

/** An event as one sentence of the chosen language. */
export function useEventWords(): (event: CloudEvent) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  return (event) => {
    const { words, type } = eventFacts(event);
    const values: Record<string, string | number> = { ...words.values };
    const { operation, reason, change } = values;
    if (typeof operation === 'string' && OPERATIONS.includes(operation)) {
      values['operation'] = capital(t(`operation.${operation}`));
    }
    // A closing reason is a person's own words.
    if (typeof reason === 'string' && type !== 'ConflictClosed')
      values['reason'] = t(reasonKey(reason), { reason });
    if (typeof change === 'number') values['change'] = change === 0 ? '±0' : formats.change(change);
    return t(words.key, { ...values, defaultValue: type });
  };
}

function capital(word: string): string {
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}
