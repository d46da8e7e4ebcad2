import { Button, Group, NumberInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHourglass } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConflictRow } from '../till/till.ts';
import { useDesk } from './desk.ts';
import { Empty } from './empty.tsx';
import { testIds } from './test-ids.ts';
import { useFormats, useLoaded, useTill, useTillStatus } from './use-till.ts';
import { closingWords, conflictWords, receiptOfConflict } from './wording.ts';

/** What we told a customer and what turned out otherwise, in words, with the next step. */
export function ConflictsPanel() {
  const { t } = useTranslation();
  const till = useTill();
  const { revision } = useTillStatus();
  const none: readonly ConflictRow[] = [];
  const conflicts = useLoaded(() => till.conflicts(), none, [till, revision]);
  if (conflicts.length === 0) return <Empty title={t('conflicts.empty')} hint={t('conflicts.emptyHint')} />;
  const open = conflicts.filter((conflict) => conflict.state === 'OPEN');
  const pending = conflicts.filter((conflict) => conflict.state === 'PENDING');
  const closed = conflicts.filter((conflict) => conflict.state === 'CLOSED');
  return (
    <ul className="scroll cards" aria-label={t('conflicts.title')} data-testid={testIds.conflicts}>
      {[...open, ...pending, ...closed].map((conflict) => (
        <ConflictCard key={conflict.conflictId} conflict={conflict} />
      ))}
    </ul>
  );
}

const ICONS = { OPEN: IconAlertTriangle, PENDING: IconHourglass, CLOSED: IconCircleCheck } as const;
const TONES = { OPEN: 'tone-careful', PENDING: 'tone-info', CLOSED: 'tone-good' } as const;

function ConflictCard({ conflict }: { readonly conflict: ConflictRow }) {
  const { t } = useTranslation();
  const till = useTill();
  const formats = useFormats();
  const product = useLoaded(async () => (conflict.sku === null ? null : till.lookUp(conflict.sku)), null, [
    till,
    conflict,
  ]);
  const words = conflictWords(conflict);
  const name = product?.name ?? conflict.sku ?? '?';
  const values = { quantity: formats.count(conflict.quantity), name, reason: conflict.reason };
  const receipt = receiptOfConflict(conflict);
  const open = conflict.state === 'OPEN';
  const Icon = ICONS[conflict.state];
  return (
    <li
      className={open ? 'card' : 'card card-closed'}
      data-testid={testIds.conflict}
      data-kind={conflict.kind}
      data-state={conflict.state}
    >
      <div className="card-title">
        <Icon size={20} aria-hidden="true" className={TONES[conflict.state]} />
        <strong>{name}</strong>
        <span className="dimmed tabular">
          {t('conflicts.since', { time: formats.dateTime(Date.parse(conflict.openedAt)) })}
        </span>
      </div>
      <dl className="story">
        <dt>{t('conflicts.told')}</dt>
        <dd>
          {t(words.told, values)}{' '}
          {receipt !== null && <span className="dimmed">{t('conflicts.receipt', { number: receipt })}</span>}
        </dd>
        <dt>{t('conflicts.turnedOut')}</dt>
        <dd>{t(words.turnedOut, values)}</dd>
        {open && (
          <>
            <dt>{t('conflicts.next')}</dt>
            <dd className="story-next">{t(words.next, values)}</dd>
          </>
        )}
      </dl>
      {conflict.state === 'PENDING' && <p className="dimmed">{t('conflicts.waiting')}</p>}
      {open && <ConflictActs conflict={conflict} name={name} category={product?.category ?? ''} />}
      {conflict.state === 'CLOSED' && (
        <p className="dimmed">{t('conflicts.closed', { reason: closingWords(t, conflict) })}</p>
      )}
    </li>
  );
}

interface ConflictActsProps {
  readonly conflict: ConflictRow;
  readonly name: string;
  readonly category: string;
}

function ConflictActs({ conflict, name, category }: ConflictActsProps) {
  const { t } = useTranslation();
  const desk = useDesk();
  const [counting, setCounting] = useState(false);
  if (conflict.sku === null) return null;
  if (counting) return <CountForm sku={conflict.sku} name={name} onDone={() => setCounting(false)} />;
  return (
    <Group gap="xs" grow>
      {category !== '' && (
        <Button variant="default" onClick={() => desk.type(category)}>
          {t('conflicts.similar')}
        </Button>
      )}
      <Button variant="light" data-testid={testIds.conflictCount} onClick={() => setCounting(true)}>
        {t('conflicts.count')}
      </Button>
    </Group>
  );
}

interface CountFormProps {
  readonly sku: string;
  readonly name: string;
  readonly onDone: () => void;
}

function CountForm({ sku, name, onDone }: CountFormProps) {
  const { t } = useTranslation();
  const till = useTill();
  const desk = useDesk();
  const [quantity, setQuantity] = useState<number | null>(null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (quantity === null) return;
    const outcome = await till.count({ sku, quantity });
    if (!outcome.ok) return desk.refuse(outcome.error);
    desk.notify({ tone: 'good', text: t('notice.counted', { quantity, name }) });
    onDone();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <NumberInput
          flex={1}
          size="md"
          label={t('conflicts.counted')}
          value={quantity ?? ''}
          onChange={(value) => setQuantity(value === '' ? null : Number(value))}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          autoFocus
        />
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" disabled={quantity === null} data-testid={testIds.conflictCountSave}>
          {t('conflicts.countSave')}
        </Button>
      </Group>
    </form>
  );
}
