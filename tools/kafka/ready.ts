/** A broker is ready when it answers a client, not when its port is open. */
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

export async function answers(brokers: string, timeoutMs: number): Promise<boolean> {
  const kafka = new Kafka({
    clientId: 'gondola-ready',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length > 0) return true;
    } catch {
      await delay(100);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
  return false;
}
