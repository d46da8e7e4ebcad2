/**
 * The only file that knows Kafka, by kafkajs 2.2.4 (no longer maintained, so kept behind this one face).
 *
 * At least once on both sides and no Kafka transactions: the relay's cursor and the consumers' places make
 * the effect once. Messages are keyed by the event's subject (`<storeId>/<sku>`), so one pool stays in one
 * partition and in order; the producer sends one request at a time, so a retry cannot overtake.
 */
import { must } from '@gondola/shared/lib/assert.ts';
import { type CloudEvent, TOPICS, type TopicSource } from '@gondola/shared/schemas/topics.ts';
import { type Consumer, type EachBatchPayload, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Log } from '../platform/log.ts';
import type { DeliveredEvent, Delivery, EventBus, Publisher, SubscribeOptions } from './ports.ts';
import { readForeignEvent } from './read-event.ts';
import { tellReplaced } from './tell-replaced.ts';

export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly log: Log;
  /** Set before topic and group names, so that tests may share a broker. [none] */
  readonly prefix?: string;
}

export interface KafkaBus extends EventBus, Publisher {
  readonly close: () => Promise<void>;
}

/** Enough for the consumers of a chain; more only raise memory. Fixed at creation: keys keep their partition. */
const partitionsPerTopic = 12;
/** A fetch waits this long for news; also the longest that stopping takes. */
const fetchWaitMs = 100;
const messagesPerHandle = 500;

/** Connects, makes the topics that are missing, and is ready to publish and to subscribe. */
export async function connectKafka(options: KafkaOptions): Promise<KafkaBus> {
  const kafka = new Kafka({
    clientId: 'gondola',
    brokers: [...options.brokers],
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, logger: _logger, timestamp: _timestamp, ...rest } }) => {
        if (level === logLevel.ERROR) options.log.error(rest, `kafka: ${message}`);
        else options.log.warn(rest, `kafka: ${message}`);
      },
    retry: { retries: 5, initialRetryTime: 100 },
  });
  const topicOf = (source: TopicSource): string => `${options.prefix ?? ''}${TOPICS[source]}`;
  await makeTopics(
    kafka,
    Object.keys(TOPICS).map((source) => topicOf(source as TopicSource)),
    options.log,
  );
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: true,
  });
  await producer.connect();
  return {
    publish: (source, events) => publish(producer, topicOf(source), events),
    subscribe: (subscription) => ({
      name: `kafka to ${subscription.group}`,
      run: async (signal) => {
        const consumer = kafka.consumer({
          groupId: `${options.prefix ?? ''}gondola.${subscription.group}`,
          maxWaitTimeInMs: fetchWaitMs,
          allowAutoTopicCreation: true,
        });
        const bySource = subscription.sources.map((source) => [topicOf(source), source] as const);
        await consume(consumer, new Map(bySource), subscription, options.log, signal);
      },
    }),
    close: () => producer.disconnect(),
  };
}

async function makeTopics(kafka: Kafka, topics: readonly string[], log: Log): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length === 0) return;
    await admin.createTopics({
      topics: missing.map((topic) => ({ topic, numPartitions: partitionsPerTopic })),
      waitForLeaders: true,
    });
  } catch (error) {
    // A broker without this call (librdkafka's mock) makes topics when they are first used.
    log.warn({ err: error }, 'kafka: topics could not be made beforehand');
  } finally {
    await admin.disconnect();
  }
}

async function publish(producer: Producer, topic: string, events: readonly CloudEvent[]): Promise<void> {
  const messages = events.map((event) => ({
    key: event.subject,
    value: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json' },
  }));
  await producer.send({ topic, acks: -1, messages });
}

/** Reads until stopped; rejects when the handler or the broker fails, and the supervisor begins again. */
async function consume(
  consumer: Consumer,
  sources: ReadonlyMap<string, TopicSource>,
  subscription: SubscribeOptions,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  ended.catch(() => undefined); // it may fail before anybody waits for it
  signal.addEventListener('abort', () => end(), { once: true });
  if (signal.aborted) end();
  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...sources.keys()], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async (payload) => {
        try {
          const { topic, partition } = payload.batch;
          const reader = {
            group: subscription.group,
            source: must(sources.get(topic), 'only these topics were subscribed to'),
          };
          const delivery = { ...reader, partition, onReplaced: tellReplaced(log, reader) };
          await handleBatch(consumer, payload, { handle: subscription.handle, delivery, log });
        } catch (error) {
          fail(error);
          throw error; // nothing of this batch is committed beyond what was handled
        }
      },
    });
    await ended;
  } finally {
    await consumer.disconnect();
  }
}

interface Receiver {
  readonly handle: SubscribeOptions['handle'];
  readonly delivery: Delivery;
  readonly log: Log;
}

/** Hands over in order, in parts, each committed after it was handled. */
async function handleBatch(
  consumer: Consumer,
  payload: EachBatchPayload,
  { handle, delivery, log }: Receiver,
): Promise<void> {
  const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
  for (let start = 0; start < batch.messages.length; start += messagesPerHandle) {
    if (!isRunning() || isStale()) return;
    const messages = batch.messages.slice(start, start + messagesPerHandle);
    const events = messages.flatMap((message) => {
      const event = parseEvent(message.value);
      if (event === null)
        log.error(
          { topic: batch.topic, partition: batch.partition, offset: message.offset },
          'kafka: a message is not an event and was left out',
        );
      return event === null ? [] : [event];
    });
    if (events.length > 0) await handle(events, delivery);
    const last = messages.at(-1);
    if (last === undefined) return;
    resolveOffset(last.offset);
    const offset = (BigInt(last.offset) + 1n).toString();
    await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
    await heartbeat();
  }
}

/** Null when it does not even say which event it is; what else cannot be read is parked by the inbox. */
function parseEvent(value: Buffer | null): DeliveredEvent | null {
  try {
    const event = JSON.parse(value?.toString('utf8') ?? '') as CloudEvent | null;
    const named = typeof event?.logid === 'string' && Number.isSafeInteger(event.position);
    return named && /^[0-9a-f-]{36}$/.test(event.logid) ? readForeignEvent(event) : null;
  } catch {
    return null;
  }
}
