import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Moment } from './ages.tsx';
import type { CloudEvent } from './answers.ts';
import { useFormats } from './console-context.ts';
import { useEventWords } from './event-sentence.ts';
import { eventFacts } from './event-words.ts';
import { useOriginWords } from './origin-words.ts';
import { testIds } from './test-ids.ts';

interface EventDetailProps {
  readonly event: CloudEvent;
  readonly others: readonly CloudEvent[];
  readonly onOpen: (event: CloudEvent) => void;
  readonly onClose: () => void;
}

/** One event whole, beside the feed: in words, as it travels, and what else its operation caused. */
export function EventDetail({ event, others, onOpen, onClose }: EventDetailProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sentence = useEventWords();
  const who = useOriginWords();
  const json = JSON.stringify(event, null, 2);

  useEffect(() => {
    const onKey = (key: KeyboardEvent): void => {
      if (key.key === 'Escape') onClose();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [onClose]);

  return (
    <aside
      className="panel event-detail"
      aria-label={t('event.details', { position: event.position })}
      data-testid={testIds.eventDetail}
      data-position={event.position}
    >
      <header className="panel-head">
        <h2 className="panel-title">{t('event.details', { position: formats.count(event.position) })}</h2>
        <div className="panel-tools">
          <ActionIcon color="gray" className="plain-text" aria-label={t('common.close')} onClick={onClose}>
            <IconX size={18} aria-hidden="true" />
          </ActionIcon>
        </div>
      </header>
      <div className="panel-body event-detail-body">
        <p className="strong">{sentence(event)}</p>
        <p className="dimmed">
          <Moment at={event.time} /> · {t('origin.by', { who: who(eventFacts(event).operationId) })}
        </p>
        <h3 className="lane-title">{t('event.sameOperation')}</h3>
        {others.length === 0 ? (
          <p className="dimmed">{t('event.noOperation')}</p>
        ) : (
          <ul className="others">
            {others.map((other) => (
              <li key={other.id}>
                <button type="button" className="text-button" onClick={() => onOpen(other)}>
                  <span className="tabular dimmed">{formats.count(other.position)}</span> {sentence(other)}
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="json-head">
          <h3 className="lane-title">{t('event.json')}</h3>
          <CopyButton value={json}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="compact-xs"
                leftSection={copied ? <IconCheck size={12} /> : <IconCopy size={12} />}
                onClick={copy}
              >
                {t(copied ? 'common.copied' : 'common.copy')}
              </Button>
            )}
          </CopyButton>
        </div>
        <pre className="json" data-testid={testIds.eventJson}>
          {json}
        </pre>
      </div>
    </aside>
  );
}
