import { useTranslation } from 'react-i18next';
import { useFormats, useNow } from './console-context.ts';
import { useOriginWords } from './origin-words.ts';
import { BUCKETS } from './pool-bar.tsx';
import type { Buckets, ConflictReport, TimelineEntry } from './report-answers.ts';
import { testIds } from './test-ids.ts';

/** What happened to the pool between what the till had read and the decision, across all tills, in the order of the log. */
export function ConflictTimeline({ report }: { readonly report: ConflictReport }) {
  const { t } = useTranslation();
  const { timeline, isTimelineCut, known } = report;
  if (known.pool === null) return null;
  return (
    <section className="report-story">
      <h4 className="lane-title">{t('report.story')}</h4>
      {isTimelineCut && <p className="dimmed">{t('report.cut')}</p>}
      {timeline.length === 0 && <p className="dimmed">{t('report.nothing')}</p>}
      <ol ref={toItsEnd} className="story-lines" data-testid={testIds.conflictStory}>
        {timeline.map((entry) => (
          <StoryLine key={entry.position} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

/** The decision is the last line: it must be in sight when the story is longer than its place. */
function toItsEnd(list: HTMLOListElement | null): void {
  if (list !== null) list.scrollTop = list.scrollHeight;
}

function StoryLine({ entry }: { readonly entry: TimelineEntry }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const who = useOriginWords();
  const now = useNow(60_000);
  const { position, type, decidedAt, recordedAt, operationId, change, clockErrorMs, label, isDecision } =
    entry;
  return (
    <li className={isDecision ? 'story-line story-decision' : 'story-line'} data-type={type}>
      <span className="dimmed tabular">{formats.count(position)}</span>
      <span>
        <span className="strong">{t(`eventType.${type}`, { defaultValue: type })}</span>{' '}
        <span className="dimmed">
          {operationId === null ? '' : who(operationId)}
          {label !== null && ` · ${t(`label.${label}`)}`}
        </span>
      </span>
      <span className="tabular">{changeWords(change, (bucket) => t(`stock.${bucket}`), formats.change)}</span>
      <span className="dimmed tabular story-times">
        {recordedAt === null
          ? formats.moment(Date.parse(decidedAt), now)
          : t('report.times', {
              recorded: formats.moment(Date.parse(recordedAt), now),
              decided: formats.moment(Date.parse(decidedAt), now),
            })}
        {clockErrorMs !== null &&
          Math.abs(clockErrorMs) >= 1_000 &&
          ` · ${t('report.clock', { error: formats.clockError(clockErrorMs) })}`}
      </span>
    </li>
  );
}

function changeWords(
  change: Buckets,
  nameOf: (bucket: string) => string,
  format: (units: number) => string,
): string {
  return [...BUCKETS, 'deficit' as const]
    .filter((bucket) => change[bucket] !== 0)
    .map((bucket) => `${nameOf(bucket)} ${format(change[bucket])}`)
    .join(', ');
}
