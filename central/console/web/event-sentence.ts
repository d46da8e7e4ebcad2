import { useTranslation } from 'react-i18next';
import type { CloudEvent } from './answers.ts';
import { reasonKey } from './conflict-words.ts';
import { useFormats } from './console-context.ts';
import { eventFacts } from './event-words.ts';

/** An event as one sentence of the chosen language. */
export function useEventWords(): (event: CloudEvent) => string {
  const { t } = useTranslation();
  const formats = useFormats();
  return (event) => {
    const { words, type } = eventFacts(event);
    const values: Record<string, string | number> = { ...words.values };
    const { operation, reason, change, adjustment } = values;
    if (typeof operation === 'string')
      values['operation'] = capital(t(`operation.${operation}`, { defaultValue: operation }));
    if (typeof adjustment === 'string')
      values['adjustment'] = t(`adjustment.${adjustment}`, { defaultValue: adjustment });
    // A closing reason is a person's own words, unless the authority closed it; its own are known.
    if (typeof reason === 'string' && (type !== 'ConflictClosed' || reason === 'repaid-by-other-tills'))
      values['reason'] = t(reasonKey(reason), { reason });
    if (typeof change === 'number') values['change'] = change === 0 ? '±0' : formats.change(change);
    return t(words.key, { ...values, defaultValue: type });
  };
}

function capital(word: string): string {
  return word.charAt(0).toLocaleUpperCase() + word.slice(1);
}
