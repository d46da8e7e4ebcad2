/** What the project asks of a Kafka broker through kafkajs, tried against the one that the tests have. */
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';

const absent = inject('kafkaSkip');
const isMock = inject('kafkaKind').includes('mock');
const topic = `gondola-broker-${process.pid}`;
const kafka = new Kafka({
  clientId: 'gondola-broker-test',
  brokers: inject('kafkaBrokers').split(','),
  logLevel: logLevel.NOTHING,
});
const admin = kafka.admin();
const producer = kafka.producer();

beforeAll(async () => {
  if (absent) return;
  await admin.connect();
  await producer.connect();
  if (!isMock) await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 4 }] });
});

afterAll(async () => {
  if (absent) return;
  if (!isMock) await admin.deleteTopics({ topics: [topic] });
  await producer.disconnect();
  await admin.disconnect();
});

beforeEach((context) => {
  context.skip(absent !== '', absent);
});

test('a topic is made with the partitions asked for', async (context) => {
  context.skip(isMock, "librdkafka's mock has no topic administration");
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  expect(topics[0]?.partitions).toHaveLength(4);
});

test('a group reads every message once, in order by key, and its offsets are kept', async () => {
  const sent = Array.from({ length: 40 }, (_, index) => ({ key: `k${index % 4}`, value: String(index) }));
  await producer.send({ topic, acks: -1, messages: sent });
  const groupId = `${topic}-group`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const heard = new Map<string, number[]>();
  await new Promise<void>((resolve) => {
    let count = 0;
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const key = String(message.key);
        heard.set(key, [...(heard.get(key) ?? []), Number(message.value)]);
        const offset = String(Number(message.offset) + 1);
        await consumer.commitOffsets([{ topic, partition, offset }]);
        count += 1;
        if (count === sent.length) resolve();
      },
    });
  });
  await consumer.disconnect();
  expect([...heard.keys()].sort()).toEqual(['k0', 'k1', 'k2', 'k3']);
  for (const values of heard.values()) expect(values).toEqual(values.toSorted((a, b) => a - b));
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const kept = offsets?.partitions.reduce((sum, it) => sum + Math.max(0, Number(it.offset)), 0);
  expect(kept).toBe(sent.length);
});
