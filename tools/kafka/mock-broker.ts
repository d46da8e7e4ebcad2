/** librdkafka's mock cluster, the last resort: no topic administration and no transactions. */
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded } from '../lib/child.ts';
import { aptInstall, onPath } from '../lib/run.ts';
import type { Broker } from './jar-broker.ts';

export async function startMockBroker(): Promise<Broker | { skip: string }> {
  if (!onPath('kcat')) {
    const refused = await aptInstall(['kcat']);
    if (refused) return { skip: refused };
  }
  const mock = ['-X', 'test.mock.num.brokers=1', '-b', '127.0.0.1:9', '-d', 'mock'];
  const server = startGuarded('kcat', [...mock, '-C', '-t', 'keepalive', '-o', 'end']);
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const brokers = /bootstrap\.servers=([\d.]+:\d+)/.exec(server.log())?.[1];
    if (brokers) return { brokers, kind: "librdkafka's mock by kcat", stop: () => server.stop() };
    await delay(50);
  }
  await server.stop();
  return { skip: 'kcat started but named no mock broker within 10 s' };
}
