import { randomUUID } from 'node:crypto';
import { describe, inject, test } from 'vitest';
import '../../tools/kafka/global-setup.ts';
import { createLog } from '../platform/log.ts';
import { busContract } from './bus.contract.ts';
import { connectKafka } from './kafka.ts';
import { createRelayCursor } from './postgres-relay-cursor.ts';
import { createRelay } from './relay.ts';

/** Tests share one broker, so each has topics and groups of its own. */
const brokers = inject('kafkaBrokers');

if (brokers === '') {
  describe('the Kafka bus', () => {
    test.skip(inject('kafkaSkip'), () => undefined);
  });
} else {
  busContract(`Kafka (${inject('kafkaKind')})`, async (log, pool) => {
    const kafka = await connectKafka({
      brokers: brokers.split(','),
      log: createLog({ level: 'silent' }),
      prefix: `test-${randomUUID().slice(0, 8)}.`,
    });
    return {
      bus: kafka,
      relays: [createRelay(log, createRelayCursor(pool, 'kafka', randomUUID()), kafka)],
      close: kafka.close,
    };
  });
}
