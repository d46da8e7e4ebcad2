import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconPlugX } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiFailure } from './api-client.ts';
import { useFormats, useNow } from './console-context.ts';
import { POLL_INTERVAL_MS } from './live.ts';
import type { Reading } from './reads.ts';
import { testIds } from './test-ids.ts';

interface PanelProps<Value> {
  readonly title: string;
  readonly reading: Reading<Value>;
  readonly children: (value: Value) => ReactNode;
  /** Stands in the heading's line, on the right. */
  readonly tools?: ReactNode;
  /** Rows of the skeleton. */
  readonly rows?: number;
  readonly className?: string;
}

const POLL_SECONDS = POLL_INTERVAL_MS / 1_000;

/** One part of a screen with its own data: it loads, fails and grows old by itself. */
export function Panel<Value>(props: PanelProps<Value>) {
  const { title, reading, children, tools, rows = 4, className = '' } = props;
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header className="panel-head">
        <h2 className="panel-title">{title}</h2>
        <Freshness reading={reading} />
        <div className="panel-tools">{tools}</div>
      </header>
      <StaleLine reading={reading} />
      <Guard>
        {reading.value !== null ? (
          children(reading.value)
        ) : reading.failure !== null ? (
          <Failure failure={reading.failure} />
        ) : (
          <Loading title={title} rows={rows} />
        )}
      </Guard>
    </section>
  );
}

/** How old the numbers are. */
export function Freshness({ reading }: { readonly reading: Reading<unknown> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  if (reading.readAtMs === null || reading.failure !== null) return null;
  return (
    <span className="dimmed tabular panel-age">
      {t('panel.read', { since: formats.since(Math.max(0, now - reading.readAtMs)) })}
    </span>
  );
}

function StaleLine({ reading }: { readonly reading: Reading<unknown> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  const why = useFailureWords();
  if (reading.failure === null || reading.readAtMs === null) return null;
  const since = formats.since(Math.max(0, now - reading.readAtMs));
  return (
    <p className="stale-line" role="status" data-testid={testIds.panelStale}>
      <IconPlugX size={16} aria-hidden="true" />
      {t('panel.stale', { since, why: why(reading.failure), seconds: POLL_SECONDS })}
    </p>
  );
}

/** What happened, what is safe, what happens next. */
export function Failure({ failure }: { readonly failure: ApiFailure }) {
  const { t } = useTranslation();
  const why = useFailureWords();
  return (
    <div className="empty" role="alert" data-testid={testIds.panelFailure}>
      <IconAlertTriangle size={24} aria-hidden="true" className="tone-bad" />
      <p className="empty-title">{t('panel.failed', { why: why(failure) })}</p>
      <p className="empty-hint">{t('panel.safe')}</p>
    </div>
  );
}

/** A failure as the end of a sentence. */
export function useFailureWords(): (failure: ApiFailure) => string {
  const { t } = useTranslation();
  return (failure) => t(`panel.${failure.kind}`, { detail: 'detail' in failure ? failure.detail : '' });
}

function Loading({ title, rows }: { readonly title: string; readonly rows: number }) {
  const { t } = useTranslation();
  return (
    <div
      className="skeletons"
      role="status"
      aria-label={t('panel.loading', { title })}
      data-testid={testIds.skeleton}
    >
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <Skeleton key={key} height={28} radius="sm" />
      ))}
    </div>
  );
}

/** A part that cannot be drawn must not take the page with it. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Failure failure={{ kind: 'unreadable', detail: error.message }} />;
  }
}
