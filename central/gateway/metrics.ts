import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The audit's figures as gauges, by name. Every one but the first two must be 0. */
export type AuditFigures = Readonly<Record<string, number>>;

/** What the authority, the auditor and the relays tell Prometheus. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const batchOperations = new Histogram({
    name: 'gondola_batch_operations',
    help: 'Operations decided in one transaction',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers: [registry],
  });
  const batchSeconds = new Histogram({
    name: 'gondola_batch_seconds',
    help: 'Time to decide and commit one batch',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
    registers: [registry],
  });
  const audit = new Gauge({
    name: 'gondola_audit',
    help: 'The independent recount: pools, events, and mismatches that must be 0',
    labelNames: ['figure'],
    registers: [registry],
  });
  const storeAudit = new Gauge({
    name: 'gondola_audit_store_mismatches',
    help: 'Pools of a store that the rolling recount disagrees about; must be 0',
    labelNames: ['store'],
    registers: [registry],
  });
  const auditAt = new Gauge({
    name: 'gondola_audit_time_seconds',
    help: 'When the last recount ended, Unix time',
    registers: [registry],
  });
  return {
    registry,
    decided: counter('gondola_operations_decided_total', 'Operations that got their verdict'),
    batchFailures: counter('gondola_batch_failures_total', 'Batches that were rolled back'),
    refused: counter('gondola_journal_refused_total', 'Pushes and requests refused as a whole', ['kind']),
    expired: counter('gondola_reservations_expired_total', 'Holds ended by the sweeper'),
    batchOperations,
    batchSeconds,
    setAudit(figures: AuditFigures, atMs: number) {
      for (const [figure, value] of Object.entries(figures)) audit.set({ figure }, value);
      auditAt.set(atMs / 1000);
    },
    setStoreAudit: (store: string, mismatches: number) => storeAudit.set({ store }, mismatches),
    gauge: (name: string, help: string, read: () => number | Promise<number>) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      }),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
