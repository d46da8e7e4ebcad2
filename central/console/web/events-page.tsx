import { Button, Select, TextInput } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CloudEvent } from './answers.ts';
import { useConsole, useFormats } from './console-context.ts';
import { Empty } from './empty.tsx';
import { EventDetail } from './event-detail.tsx';
import type { EventFilter } from './event-list.ts';
import { EventTable } from './event-table.tsx';
import { EVENT_TYPES } from './event-words.ts';
import { Panel } from './panel.tsx';
import { StoreSelect } from './store-select.tsx';
import { testIds } from './test-ids.ts';
import { type EventList, useEventList } from './use-event-list.ts';

/** The log as it grows. */
export function EventsPage(filter: EventFilter) {
  const { t } = useTranslation();
  const list = useEventList(filter);
  const [openId, setOpenId] = useState<string | null>(null);
  const opened = list.events.find((event) => event.id === openId) ?? null;
  return (
    <div className={opened === null ? 'events' : 'events events-open'}>
      <Panel
        title={t('event.title')}
        reading={list.reading}
        rows={14}
        className="panel-full"
        tools={<EventTools filter={filter} list={list} />}
      >
        {() =>
          list.events.length === 0 ? (
            <Empty title={t('event.none')} hint={t('event.noneHint')} />
          ) : (
            <EventTable list={list} openId={openId} onOpen={(event) => setOpenId(event.id)} />
          )
        }
      </Panel>
      {opened !== null && (
        <EventDetail
          event={opened}
          others={sameOperation(opened, list.events)}
          onOpen={(event) => setOpenId(event.id)}
          onClose={() => setOpenId(null)}
        />
      )}
    </div>
  );
}

function sameOperation(event: CloudEvent, events: readonly CloudEvent[]): readonly CloudEvent[] {
  const id = operationOf(event);
  return id === null ? [] : events.filter((each) => each.id !== event.id && operationOf(each) === id);
}

function operationOf(event: CloudEvent): string | null {
  const { data } = event;
  if (typeof data !== 'object' || data === null || !('operationId' in data)) return null;
  return typeof data.operationId === 'string' ? data.operationId : null;
}

function EventTools({ filter, list }: { readonly filter: EventFilter; readonly list: EventList }) {
  const { t } = useTranslation();
  const { navigation } = useConsole();
  const formats = useFormats();
  const change = (part: Partial<EventFilter>): void =>
    navigation.replace({ page: 'events', ...filter, ...part });
  const { paused, held } = list;
  return (
    <>
      <Button
        size="xs"
        variant={paused ? 'filled' : 'default'}
        leftSection={
          paused ? (
            <IconPlayerPlay size={14} aria-hidden="true" />
          ) : (
            <IconPlayerPause size={14} aria-hidden="true" />
          )
        }
        data-testid={testIds.eventPause}
        data-paused={paused}
        onClick={() => list.pause(!paused)}
      >
        {paused ? `${t('event.resume')} · ${formats.count(held)}` : t('event.pause')}
      </Button>
      <Select
        aria-label={t('event.type')}
        placeholder={t('event.allTypes')}
        data={EVENT_TYPES.map((type) => ({ value: type, label: t(`eventType.${type}`) }))}
        value={filter.type}
        onChange={(type) => change({ type })}
        clearable
        clearButtonProps={{ 'aria-label': t('event.allTypes') }}
        w={170}
        data-testid={testIds.eventType}
      />
      <SkuFilter sku={filter.sku} onChange={(sku) => change({ sku })} />
      <StoreSelect value={filter.storeId} onChange={(storeId) => change({ storeId })} />
    </>
  );
}

interface SkuFilterProps {
  readonly sku: string | null;
  readonly onChange: (sku: string | null) => void;
}

/** Taken with Enter or on leaving: half a number is no filter. */
function SkuFilter({ sku, onChange }: SkuFilterProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(sku ?? '');
  const take = (): void => {
    const wanted = text.trim() === '' ? null : text.trim();
    if (wanted !== sku) onChange(wanted);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    take();
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        type="search"
        aria-label={t('event.sku')}
        placeholder={t('event.sku')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        w={170}
        data-testid={testIds.eventSku}
      />
    </form>
  );
}
