/** Apache Kafka's own image, where a Docker engine answers. */
import { freePort } from '../lib/child.ts';
import { onPath, reasonIn, run } from '../lib/run.ts';
import type { Broker } from './jar-broker.ts';
import { kafkaVersion } from './jars.ts';
import { answers } from './ready.ts';

function environment(port: number): string[] {
  const settings = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_NUM_PARTITIONS: '4',
    KAFKA_HEAP_OPTS: '-Xmx512m',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

export async function startDockerBroker(): Promise<Broker | { skip: string }> {
  if (!onPath('docker')) return { skip: 'there is no docker on PATH' };
  const engine = await run('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
  if (engine.code !== 0) return { skip: 'no Docker engine answers' };
  const port = await freePort();
  const image = `apache/kafka:${kafkaVersion()}`;
  const publish = ['-p', `127.0.0.1:${port}:9092`];
  const started = await run('docker', ['run', '-d', '--rm', ...publish, ...environment(port), image], {
    timeoutMs: 180_000,
  });
  if (started.code !== 0) return { skip: `Docker could not run ${image}: ${reasonIn(started.output)}` };
  const container = started.output.trim().split('\n').at(-1) ?? '';
  const stop = async () => {
    await run('docker', ['rm', '-f', container], { timeoutMs: 30_000 });
  };
  const brokers = `127.0.0.1:${port}`;
  if (await answers(brokers, 90_000)) return { brokers, kind: `${image} in Docker`, stop };
  await stop();
  return { skip: `${image} did not answer within 90 s` };
}
