/** Opens the databases for a command beside the program: by the running server of the data folder, or its own. */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { importPortsOf } from './import-join.ts';
import type { ImportPorts } from './import-ports.ts';
import { startInventory } from './inventory/start-inventory.ts';
import type { Config } from './platform/config.ts';
import { prepareDatabases } from './platform/databases.ts';
import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { startStores } from './stores/start-stores.ts';

export interface OpenedImport {
  readonly ports: ImportPorts;
  readonly close: () => Promise<void>;
}

const auditNeverMs = 2 ** 31 - 1;

/** What a person can cure is thrown as StartupProblem. Central may run meanwhile: its locks are in the database. */
export async function openImport(config: Config): Promise<OpenedImport> {
  const makeSecret = (): string => randomBytes(32).toString('base64url');
  const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
  const server =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({
          dataDir: config.dataDir,
          purpose: 'npm run import',
          share: true,
          makeSecret,
        })
      : { adminUrl: config.databaseUrl, shared: true, stop: async () => undefined };
  const closers: (() => Promise<void>)[] = [server.stop];
  const close = async (): Promise<void> => {
    for (const each of closers.toReversed()) await each();
  };
  try {
    const urls = await prepareDatabases({
      adminUrl: server.adminUrl,
      secretsFile: path.join(config.dataDir, 'secrets.json'),
      makeSecret,
      ownsServer: !server.shared,
    });
    const nothing = (): void => undefined;
    const inventory = await startInventory({
      // Nobody asks for stock while it is imported.
      scheduler: { after: () => () => {} },
      urls: urls.inventory,
      reservationTimeoutMs: config.reservationTimeoutSeconds * 1000,
      grantMode: 'balanced',
      allotmentMode: 'settlement-only',
      auditIntervalMs: auditNeverMs,
      clock,
      onNews: nothing,
      onIdleError: nothing,
      observer: {
        batchDecided: nothing,
        batchFailed: nothing,
        refused: nothing,
        expired: nothing,
        audited: nothing,
        storeAudited: nothing,
      },
    });
    closers.push(inventory.close);
    const stores = await startStores({
      urls: urls.stores,
      clock,
      ids: { uuid: () => randomUUID() },
      makeSecret,
    });
    closers.push(stores.close);
    return { ports: importPortsOf(stores.register, inventory.authority), close };
  } catch (problem) {
    await close();
    throw problem;
  }
}
