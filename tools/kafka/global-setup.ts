/** Vitest's global set-up of the project `kafka`: one broker for all its files. */
import type { TestProject } from 'vitest/node';
import { startKafka } from '../kafka-broker.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafkaBrokers: string;
    kafkaKind: string;
    kafkaSkip: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const began = performance.now();
  const broker = await startKafka();
  if ('skip' in broker) {
    project.provide('kafkaBrokers', '');
    project.provide('kafkaKind', '');
    project.provide('kafkaSkip', `no Kafka: ${broker.skip}`);
    console.log(`Kafka: none (${broker.skip})`);
    return async () => undefined;
  }
  // By environment as well: programs that the tests start know nothing of vitest.
  process.env['GONDOLA_TEST_KAFKA_BROKERS'] = broker.brokers;
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] = '1';
  project.provide('kafkaBrokers', broker.brokers);
  project.provide('kafkaKind', broker.kind);
  project.provide('kafkaSkip', '');
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`Kafka: ${broker.kind} at ${broker.brokers} (${seconds} s)`);
  return () => broker.stop();
}
