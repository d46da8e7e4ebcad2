import { Button, Group, RingProgress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HoldView } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { Empty } from './empty.tsx';
import { pickUpCode } from './format.ts';
import { LabelMark } from './label-mark.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useLoaded, useNow, useTill, useTillStatus } from './use-till.ts';

const URGENT_MS = 60_000;

/** What is kept for somebody, for how long still, and the two ways to end it. */
export function HoldsPanel() {
  const { t } = useTranslation();
  const till = useTill();
  const { revision } = useTillStatus();
  const none: readonly HoldView[] = [];
  const holds = useLoaded(() => till.holds(), none, [till, revision]);
  if (holds.length === 0) return <Empty title={t('holds.empty')} hint={t('holds.emptyHint')} />;
  return (
    <ul className="scroll cards" aria-label={t('holds.title')} data-testid={testIds.holds}>
      {holds.map((hold) => (
        <HoldCard key={hold.reservationId} hold={hold} />
      ))}
    </ul>
  );
}

function HoldCard({ hold }: { readonly hold: HoldView }) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const product = useLoaded(() => till.lookUp(hold.sku), null, [till, hold.sku]);
  const isElsewhere = hold.guaranteed && hold.origin === 'other-till';
  const open = (hold.state === 'held' || hold.state === 'pending') && !isElsewhere;

  async function release(): Promise<void> {
    setBusy(true);
    const outcome = await till.release(hold.reservationId);
    setBusy(false);
    if (!outcome.ok) return desk.refuse(outcome.error);
    const isSure = outcome.value.label === 'GUARANTEED';
    desk.notify({ tone: 'info', text: isSure ? t('notice.releasedGuaranteed') : t('notice.released') });
  }

  async function handOver(): Promise<void> {
    const outcome = await till.collect(hold.reservationId);
    if (outcome.ok) desk.open('basket');
    else desk.refuse(outcome.error);
  }

  return (
    <li
      className="card"
      data-testid={testIds.hold}
      data-reservation-id={hold.reservationId}
      data-state={hold.state}
      data-guaranteed={hold.guaranteed}
    >
      <div className="card-row">
        <Countdown hold={hold} />
        <div className="card-main">
          <strong>{product?.name ?? hold.sku}</strong>
          <span className="dimmed">
            {t('holds.units', { count: hold.quantity })} · {t(`holds.origin-${hold.origin}`)} ·{' '}
            <span className="tabular">{t('holds.code', { code: pickUpCode(hold.reservationId) })}</span>
          </span>
          <HoldState hold={hold} />
        </div>
      </div>
      {isElsewhere && <p className="dimmed">{t('holds.elsewhere')}</p>}
      {open && (
        <Group grow gap="xs">
          <Button
            variant="default"
            loading={busy}
            data-testid={testIds.holdRelease}
            onClick={() => void release()}
          >
            {t('holds.release')}
          </Button>
          <Button variant="light" data-testid={testIds.holdHandOver} onClick={() => void handOver()}>
            {t('holds.handOver')}
          </Button>
        </Group>
      )}
    </li>
  );
}

function HoldState({ hold }: { readonly hold: HoldView }) {
  const { t } = useTranslation();
  const { time } = useFormats();
  const now = useNow(1_000);
  if (hold.guaranteed && (hold.state === 'pending' || hold.state === 'held')) {
    const until = hold.expiresAt === null ? null : Date.parse(hold.expiresAt);
    return (
      <span className="card-state" data-testid={testIds.holdGuaranteed}>
        <LabelMark label="GUARANTEED" /> {t('holds.guaranteed')}{' '}
        {until !== null && until > now && t('holds.heldUntil', { time: time(until) })}
      </span>
    );
  }
  if (hold.state === 'pending') {
    return (
      <span className="card-state">
        <LabelMark label="PROVISIONAL" /> {t('holds.pending')}
      </span>
    );
  }
  if (hold.state !== 'held' || hold.expiresAt === null)
    return <span className="card-state">{t(`holds.${hold.state}`)}</span>;
  const until = Date.parse(hold.expiresAt);
  if (until <= now) return <span className="card-state tone-careful">{t('holds.overdue')}</span>;
  return <span className="card-state">{t('holds.heldUntil', { time: time(until) })}</span>;
}

/** Minutes and seconds in a ring; a ring without an end while the centre has not answered. */
function Countdown({ hold }: { readonly hold: HoldView }) {
  const { countdown } = useFormats();
  const now = useNow(1_000);
  if (hold.expiresAt === null) {
    return (
      <RingProgress size={64} thickness={5} sections={[]} label={<span className="ring-text">…</span>} />
    );
  }
  const until = Date.parse(hold.expiresAt);
  const whole = Math.max(1, until - Date.parse(hold.heldAt));
  const left = Math.min(whole, Math.max(0, until - now));
  const color = left < URGENT_MS ? 'var(--till-careful)' : 'var(--mantine-primary-color-filled)';
  return (
    <RingProgress
      size={64}
      thickness={5}
      sections={[{ value: Math.min(100, (100 * left) / whole), color }]}
      label={
        <span className="ring-text tabular" data-testid={testIds.holdCountdown}>
          {countdown(left)}
        </span>
      }
    />
  );
}
