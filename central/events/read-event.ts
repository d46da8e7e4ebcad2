/** CloudEvents → events as consumers take them. Pure. */
import {
  type CloudEvent,
  cloudEventSchema,
  dataSchemas,
  type TopicSource,
} from '@gondola/shared/schemas/topics.ts';
import type { z } from 'zod';
import type { DeliveredEvent } from './ports.ts';

/** Of a log of this program: the envelope was made by `toCloudEvent` a moment ago, the data may be of any version. */
export function readOwnEvent(event: CloudEvent): DeliveredEvent {
  const { logid: logId, position } = event;
  const source = event.source.slice(1) as TopicSource;
  const data = dataSchemas[source].safeParse(event.data);
  if (!data.success)
    return {
      ...{ logId, position, cloudEvent: event },
      unreadReason: `the data of ${event.type} cannot be read: ${firstIssue(data.error)}`,
    };
  const cloudEvent = { ...event, data: data.data };
  return { logId, position, occurredAt: event.time, source, event: data.data, cloudEvent } as DeliveredEvent;
}

/** Of a broker: nothing is known of it but its log and position. */
export function readForeignEvent(event: CloudEvent): DeliveredEvent {
  const envelope = cloudEventSchema.safeParse(event);
  if (envelope.success) return readOwnEvent(event);
  return {
    ...{ logId: event.logid, position: event.position, cloudEvent: event },
    unreadReason: `the envelope cannot be read: ${firstIssue(envelope.error)}`,
  };
}

function firstIssue({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
}
