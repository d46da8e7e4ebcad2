import { z } from 'zod';
import { inventoryEventSchema, type Logged, storesEventSchema } from './events.ts';
import { instantSchema, positionSchema } from './primitives.ts';

/** Topics by the log they carry. The number is the version of the envelope and its data. */
export const TOPICS = { inventory: 'gondola.inventory.v1', stores: 'gondola.stores.v1' } as const;
export type TopicSource = keyof typeof TOPICS;

/** CloudEvents 1.0 (JSON format) with two extension attributes, `logid` and `position`. */
export const cloudEventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  /** `<logId>:<position>`: unique; a consumer that stands at or beyond the position has applied it. */
  id: z.string(),
  source: z.enum(['/inventory', '/stores']),
  /** `gondola.<source>.<EventType>.v1` */
  type: z.string(),
  /** `<storeId>/<sku>`, `<storeId>` or `/<sku>`: also the key that orders events in Kafka. */
  subject: z.string(),
  time: instantSchema,
  datacontenttype: z.literal('application/json'),
  logid: z.uuid(),
  position: positionSchema,
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** The envelope of an event of either log. Pure. */
export function toCloudEvent(source: TopicSource, logged: Logged<{ readonly type: string }>): CloudEvent {
  const { event } = logged;
  return {
    specversion: '1.0',
    id: `${logged.logId}:${logged.position}`,
    source: `/${source}`,
    type: `gondola.${source}.${event.type}.v1`,
    subject: subjectOf(event),
    time: logged.occurredAt,
    datacontenttype: 'application/json',
    logid: logged.logId,
    position: logged.position,
    data: event,
  };
}

function subjectOf(event: object): string {
  const storeId = 'storeId' in event ? String(event.storeId) : '';
  const sku = 'sku' in event && event.sku !== null ? String(event.sku) : '';
  return sku === '' ? storeId : `${storeId}/${sku}`;
}

/** The schema of an event's `data`, by the log it comes from. */
export const dataSchemas = { inventory: inventoryEventSchema, stores: storesEventSchema } as const;
