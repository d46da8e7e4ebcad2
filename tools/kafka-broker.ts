/** Finds or starts a Kafka for the tests: the best one this machine can have. */
import { startDockerBroker } from './kafka/docker-broker.ts';
import { type Broker, startJarBroker } from './kafka/jar-broker.ts';
import { startMockBroker } from './kafka/mock-broker.ts';
import { answers } from './kafka/ready.ts';

async function configured(): Promise<Broker | { skip: string }> {
  const brokers = process.env['KAFKA_BROKERS'];
  if (!brokers) return { skip: 'KAFKA_BROKERS is not set' };
  if (await answers(brokers, 15_000)) return { brokers, kind: 'KAFKA_BROKERS', stop: async () => undefined };
  // Falling back would hide that the broker somebody asked for was never tested.
  throw new Error(`KAFKA_BROKERS=${brokers} does not answer: start it, or unset the variable`);
}

export async function startKafka(): Promise<Broker | { skip: string }> {
  const refusals: string[] = [];
  for (const start of [configured, startDockerBroker, startJarBroker, startMockBroker]) {
    const result = await start();
    if (!('skip' in result)) return result;
    refusals.push(result.skip);
  }
  return { skip: refusals.join('; ') };
}
