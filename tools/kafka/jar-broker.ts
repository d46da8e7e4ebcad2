/** One Apache Kafka node in KRaft mode, from jars, with a data folder that goes when it stops. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startGuarded } from '../lib/child.ts';
import { reasonIn, run } from '../lib/run.ts';
import { brokerJars, kafkaVersion } from './jars.ts';
import { answers } from './ready.ts';

function properties(folder: string, port: number, controllerPort: number): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${join(folder, 'data')}`,
    'num.partitions=4',
    'offsets.topic.num.partitions=4',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    // The default of 3 s lets a large group gather; a test's group is whole at once.
    'group.initial.rebalance.delay.ms=0',
    '',
  ].join('\n');
}

export type Broker = { brokers: string; kind: string; stop(): Promise<void> };

export async function startJarBroker(): Promise<Broker | { skip: string }> {
  const jars = await brokerJars();
  if ('skip' in jars) return jars;
  const folder = mkdtempSync(join(tmpdir(), 'gondola-kafka-'));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const config = join(folder, 'server.properties');
  const port = await freePort();
  writeFileSync(config, properties(folder, port, await freePort()));

  const java = ['-Xmx512m', '-Xms128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', jars.classPath];
  const cluster = randomBytes(16).toString('base64url');
  const format = ['kafka.tools.StorageTool', 'format', '-t', cluster, '-c', config];
  const formatted = await run('java', [...java, ...format], { timeoutMs: 60_000 });
  if (formatted.code !== 0) {
    clean();
    return { skip: `kafka-storage could not format ${folder}: ${reasonIn(formatted.output)}` };
  }
  const server = startGuarded('java', [...java, 'kafka.Kafka', config]);
  const brokers = `127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    clean();
  };
  const ready = await Promise.race([answers(brokers, 60_000), server.exited.then(() => false)]);
  if (!ready) {
    await stop();
    return { skip: `Apache Kafka ${kafkaVersion()} did not start: ${reasonIn(server.log())}` };
  }
  return { brokers, kind: `Apache Kafka ${kafkaVersion()} by Maven`, stop };
}
