import { useTranslation } from 'react-i18next';
import { useFormats, useNow } from './console-context.ts';
import { ageMs } from './store-state.ts';

interface AgeProps {
  /** ISO 8601; null shows `never`. */
  readonly at: string | null;
  readonly never?: string;
  /** The length alone ("12 min"), where the heading already says that it is an age. */
  readonly bare?: boolean;
}

/** How long ago something was, counted on while one looks. */
export function Age({ at, never, bare = false }: AgeProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const age = ageMs(at, now);
  if (at === null || age === null) return <span className="dimmed">{never ?? t('common.none')}</span>;
  const since = formats.since(age);
  return (
    <time className="tabular" dateTime={at} title={formats.dateTime(Date.parse(at))}>
      {bare ? since : t('common.ago', { since })}
    </time>
  );
}

/** When something was: the time, with its date when that was not today. */
export function Moment({ at }: { readonly at: string }) {
  const formats = useFormats();
  const now = useNow(60_000);
  const ms = Date.parse(at);
  return (
    <time className="tabular" dateTime={at} title={formats.dateTime(ms)}>
      {formats.moment(ms, now)}
    </time>
  );
}
