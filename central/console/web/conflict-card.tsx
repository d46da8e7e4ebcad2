import { Button } from '@mantine/core';
import { IconArrowRight, IconBuildingBank, IconDeviceDesktop } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from './ages.tsx';
import type { ConflictView } from './answers.ts';
import { ConflictReportPart } from './conflict-report.tsx';
import { articlesOf, conflictWords } from './conflict-words.ts';
import { useFormats, useNow } from './console-context.ts';
import { Link } from './link.tsx';
import { useOriginWords } from './origin-words.ts';
import { ConflictMark } from './state-mark.tsx';
import { testIds } from './test-ids.ts';

interface ConflictCardProps {
  readonly conflict: ConflictView;
  /** The first one of the page shows its report at once. */
  readonly first: boolean;
  readonly onClosed: (name: string) => void;
}

/** Two parties that knew different things, what follows, and the close. */
export function ConflictCard({ conflict, first, onClosed }: ConflictCardProps) {
  const { t } = useTranslation();
  const [looking, setLooking] = useState(first && conflict.state === 'OPEN');
  const { conflictId, storeId, storeName, sku, state, quantity } = conflict;
  const words = conflictWords(conflict);
  const articles = articlesOf(conflict);
  const unnamed = articles === null ? t('conflict.unnamed') : t('conflict.articles', { count: articles });
  const name = conflict.productName || unnamed;
  return (
    <li
      className={state === 'CLOSED' ? 'card card-closed' : 'card'}
      data-testid={testIds.conflict}
      data-conflict-id={conflictId}
      data-state={state}
    >
      <header className="card-head">
        <ConflictMark state={state} />
        <h3 className="card-title">{t(words.cause)}</h3>
        {quantity > 0 && <span className="dimmed">{t('conflict.units', { count: quantity })}</span>}
        {sku === null ? <span>{name}</span> : <Link to={{ page: 'pool', storeId, sku }}>{name}</Link>}
        <Link to={{ page: 'store', storeId }}>{storeName}</Link>
        <span className="dimmed card-when">
          <Age at={conflict.openedAt} />
        </span>
      </header>
      <Parties conflict={conflict} believed={words.believed} known={words.known} />
      <div className="card-next">
        {state === 'CLOSED' && <Closed conflict={conflict} />}
        {state === 'PENDING' && <p>{t('conflict.waiting', { count: quantity })}</p>}
        {state === 'OPEN' && (
          <p>
            <span className="lane-title">{t('conflict.nextTitle')}</span> {t(words.next)}
          </p>
        )}
        <Button
          variant={looking ? 'default' : 'light'}
          size="xs"
          aria-expanded={looking}
          data-testid={testIds.conflictLook}
          onClick={() => setLooking(!looking)}
        >
          {t(looking ? 'report.hide' : state === 'OPEN' ? 'report.act' : 'report.show')}
        </Button>
      </div>
      {looking && (
        <ConflictReportPart
          conflict={conflict}
          onClosed={() => onClosed(`${t(words.cause)}, ${name}, ${storeName}`)}
        />
      )}
    </li>
  );
}

interface PartiesProps {
  readonly conflict: ConflictView;
  readonly believed: string;
  readonly known: string;
}

function Parties({ conflict, believed, known }: PartiesProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const who = useOriginWords();
  const now = useNow(60_000);
  const { label, recordedAt, seenPosition, freeAtDecision, openedAt, position, reason, quantity } = conflict;
  const values = { count: quantity, reason };
  return (
    <div className="lanes">
      <section className="lane">
        <h4 className="lane-title">
          <IconDeviceDesktop size={16} aria-hidden="true" />
          {t('conflict.believedTitle')}
        </h4>
        <p>
          {t(believed, values)} {label !== null && <span className="label">{t(`label.${label}`)}</span>}
        </p>
        <p className="dimmed tabular">
          {who(conflict.operationId)}
          {recordedAt !== null &&
            ` · ${t('conflict.recorded', { time: formats.moment(Date.parse(recordedAt), now) })}`}
          {recordedAt !== null &&
            ` · ${
              seenPosition === null
                ? t('conflict.seenNothing')
                : t('conflict.seen', { position: formats.count(seenPosition) })
            }`}
        </p>
      </section>
      <IconArrowRight size={18} aria-hidden="true" className="lane-arrow dimmed" />
      <section className="lane">
        <h4 className="lane-title">
          <IconBuildingBank size={16} aria-hidden="true" />
          {t('conflict.knownTitle')}
        </h4>
        <p>{t(known, values)}</p>
        <p className="dimmed tabular">
          {t('conflict.decided', {
            time: formats.moment(Date.parse(openedAt), now),
            position: formats.count(position),
          })}
          {freeAtDecision !== null && ` · ${t('conflict.free', { count: freeAtDecision })}`}
        </p>
      </section>
    </div>
  );
}

function Closed({ conflict }: { readonly conflict: ConflictView }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { closedAt, closedBy, closingReason } = conflict;
  return (
    <p className="dimmed">
      {t('conflict.closedBy', {
        time: closedAt === null ? '' : formats.dateTime(Date.parse(closedAt)),
        who: closedBy === 'authority' ? t('origin.authority') : (closedBy ?? ''),
        reason: t(`reason.${closingReason}`, { defaultValue: closingReason ?? '' }),
      })}
    </p>
  );
}
