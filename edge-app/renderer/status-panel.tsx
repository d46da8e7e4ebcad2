import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueEntry, ReadinessLight } from '../till/till.ts';
import { LabelMark } from './label-mark.tsx';
import { Notice } from './notice.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useLoaded, useNow, useTill, useTillHost, useTillStatus } from './use-till.ts';

/** Could this till go on alone, what waits to be sent, and what is wrong. */
export function StatusPanel() {
  // As state: when the parts inside first look for it, React has not yet filled a ref of what is around them.
  const [scroll, setScroll] = useState<HTMLDivElement | null>(null);
  return (
    <div className="scroll status" ref={setScroll} data-testid={testIds.status}>
      <ProblemNotice />
      <NetworkGone />
      <Lights />
      <Queue scroll={scroll} />
    </div>
  );
}

function ProblemNotice() {
  const { t } = useTranslation();
  const host = useTillHost();
  const { problem, state } = useTillStatus().sync;
  if (problem === null || (state !== 'halted' && problem.kind === 'unreachable')) return null;
  const known = ['unauthenticated', 'version-unsupported', 'life-forked', 'grants-forged'].includes(
    problem.kind,
  );
  const isOver = problem.kind === 'life-forked' || problem.kind === 'unauthenticated';
  return (
    <Notice tone="careful">
      {known ? t(`status.problem-${problem.kind}`) : t('status.problem', { message: problem.message })}
      {isOver && (
        <div>
          <Button mt="xs" data-testid={testIds.enrolAgain} onClick={() => void host.enrolAgain()}>
            {t('status.enrolAgain')}
          </Button>
        </div>
      )}
    </Notice>
  );
}

function NetworkGone() {
  const { t } = useTranslation();
  const till = useTill();
  const { count } = useFormats();
  const { journalFailure, catalogueSize, sync } = useTillStatus();
  const away = sync.state === 'offline' || sync.state === 'halted';
  const bad = journalFailure !== null || catalogueSize === 0;
  const key = bad ? 'nowBad' : sync.catalogueProgress === null ? 'nowGood' : 'nowLoading';
  return (
    <section className="status-now">
      <h2 className="part-title">{t(away ? 'status.nowAway' : 'status.now')}</h2>
      <p>{t(`status.${key}`, { products: count(catalogueSize) })}</p>
      {away && (
        <Button variant="default" mt="xs" data-testid={testIds.retryNow} onClick={() => till.retryNow()}>
          {t('status.retry')}
        </Button>
      )}
    </section>
  );
}

function Lights() {
  const { t } = useTranslation();
  const till = useTill();
  const { revision } = useTillStatus();
  const now = useNow(5_000);
  const none: readonly ReadinessLight[] = [];
  const lights = useLoaded(() => till.readiness(), none, [till, revision, now]);
  return (
    <section>
      <h2 className="part-title">{t('status.lights')}</h2>
      <ul className="lights">
        {lights.map((light) => (
          <Light key={light.id} light={light} />
        ))}
      </ul>
    </section>
  );
}

const LIGHT_ICONS = {
  good: IconCircleCheck,
  careful: IconAlertTriangle,
  bad: IconCircleX,
  unknown: IconHelpCircle,
} as const;

function Light({ light }: { readonly light: ReadinessLight }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { id, state, value } = light;
  const Icon = LIGHT_ICONS[state];
  const figure = value ?? 0;
  const values = { count: formats.count(figure), since: formats.since(figure), size: formats.bytes(figure) };
  return (
    <li className="light" data-testid={testIds.light} data-light={id} data-state={state}>
      <Icon
        size={20}
        aria-label={t(`light.${state}`)}
        className={`tone-${state === 'unknown' ? 'info' : state}`}
      />
      <strong>{t(`light.${id}`)}</strong>
      <span className="tabular">{t(`light.${id}-${state}`, values)}</span>
    </li>
  );
}

const ENTRY_HEIGHT = 52;

function Queue({ scroll }: { readonly scroll: HTMLDivElement | null }) {
  const { t } = useTranslation();
  const till = useTill();
  const formats = useFormats();
  useTillStatus();
  const now = useNow(5_000);
  const list = useRef<HTMLUListElement>(null);
  const entries = till.queue();
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll,
    estimateSize: () => ENTRY_HEIGHT,
    overscan: 10,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const { waiting } = till.status().sync;
  const oldestMs = waiting.oldestRecordedAt === null ? 0 : now - Date.parse(waiting.oldestRecordedAt);
  return (
    <section>
      <h2 className="part-title">{t('status.queue')}</h2>
      <p className="dimmed">
        {waiting.count === 0
          ? t('status.queueEmpty')
          : t('status.queueCount', {
              count: waiting.count,
              formatted: formats.count(waiting.count),
              since: formats.since(oldestMs),
            })}
      </p>
      <ul className="queue" ref={list} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const entry = entries[item.index];
          if (entry === undefined) return null;
          const top = item.start - virtual.options.scrollMargin;
          return (
            <li
              key={entry.sequence}
              className="queue-place"
              style={{ height: ENTRY_HEIGHT, transform: `translateY(${top}px)` }}
            >
              <Entry entry={entry} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Entry({ entry }: { readonly entry: QueueEntry }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const units = entry.units === 0 ? '' : t('status.units', { count: entry.units });
  return (
    <div
      className="queue-entry"
      data-testid={testIds.queueEntry}
      data-sequence={entry.sequence}
      data-sent={entry.sent}
    >
      <span className="tabular dimmed">{entry.sequence}</span>
      <span>
        <strong>{t(`operation.${entry.type}`)}</strong>{' '}
        <span className="tabular">{entry.totalMinor === null ? units : formats.money(entry.totalMinor)}</span>
        <br />
        <span className="dimmed tabular">
          {formats.time(Date.parse(entry.recordedAt))} · {entry.sent ? t('status.sent') : t('status.unsent')}
        </span>
      </span>
      <LabelMark label={entry.label} />
    </div>
  );
}
