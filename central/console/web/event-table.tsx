import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClockX, IconPoint } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CloudEvent } from './answers.ts';
import { useFormats, useStoreName } from './console-context.ts';
import { type Column, DataTable } from './data-table.tsx';
import { useEventWords } from './event-sentence.ts';
import { eventFacts } from './event-words.ts';
import { Link } from './link.tsx';
import { testIds } from './test-ids.ts';
import type { EventList } from './use-event-list.ts';

const TONE_ICONS = {
  good: IconCircleCheck,
  careful: IconClockX,
  bad: IconAlertTriangle,
  info: IconPoint,
  busy: IconPoint,
} as const;

interface EventTableProps {
  readonly list: EventList;
  readonly openId: string | null;
  readonly onOpen: (event: CloudEvent) => void;
}

/** One line per event, newest first; a line opens beside the table. */
export function EventTable({ list, openId, onOpen }: EventTableProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const columns = useColumns(onOpen);
  return (
    <DataTable
      label={t('event.title')}
      columns={columns}
      rows={list.events}
      rowHeight={34}
      rowKey={(event) => event.id}
      rowData={(event) => ({
        'data-testid': testIds.eventRow,
        'data-position': event.position,
        'data-type': eventFacts(event).type,
      })}
      chosenKey={openId}
      foot={
        <p className="table-foot">
          {list.complete ? (
            <span className="dimmed">{t('event.oldest')}</span>
          ) : (
            <Button
              variant="default"
              size="xs"
              loading={list.readingOlder}
              data-testid={testIds.eventOlder}
              onClick={() => void list.readOlder()}
            >
              {t('event.older')} ({formats.count(list.events.at(-1)?.position ?? 0)})
            </Button>
          )}
        </p>
      }
    />
  );
}

function useColumns(onOpen: (event: CloudEvent) => void): readonly Column<CloudEvent>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const storeName = useStoreName();
  const sentence = useEventWords();
  return [
    {
      key: 'time',
      label: t('event.time'),
      width: '84px',
      cell: (event) => <span className="tabular">{formats.exactTime(Date.parse(event.time))}</span>,
    },
    {
      key: 'position',
      label: t('event.position'),
      width: '84px',
      numeric: true,
      cell: (event) => <span className="dimmed">{formats.count(event.position)}</span>,
    },
    {
      key: 'what',
      label: t('event.what'),
      cell: (event) => {
        const { tone } = eventFacts(event);
        const Icon = TONE_ICONS[tone];
        return (
          <button
            type="button"
            className={`row-link row-button ${tone === 'info' ? '' : `tone-${tone}`}`}
            aria-label={`${sentence(event)}. ${t('event.openRow', { position: event.position })}`}
            onClick={() => onOpen(event)}
          >
            <Icon size={14} aria-hidden="true" className={`tone-${tone}`} /> {sentence(event)}
          </button>
        );
      },
    },
    {
      key: 'subject',
      label: t('event.subject'),
      width: '190px',
      cell: (event) => {
        const { storeId, sku } = eventFacts(event);
        if (storeId === null) return t('common.none');
        return (
          <span className="over-row">
            <Link to={{ page: 'store', storeId }}>{storeName(storeId)}</Link>
            {sku !== null && (
              <>
                {' · '}
                <Link className="tabular" to={{ page: 'pool', storeId, sku }}>
                  {sku}
                </Link>
              </>
            )}
          </span>
        );
      },
    },
  ];
}
