/**
 * One embedded cluster for a whole test run (vitest globalSetup), fast because it may lose data.
 *
 * Tests take databases from it by `createTestDatabases`; the admin URL comes to them by
 * `inject('postgresAdminUrl')`. Set DATABASE_URL to use a Postgres of your own instead.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../platform/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgresAdminUrl: string;
    /** `secrets.json` that knows the roles' passwords on this server. */
    postgresSecretsFile: string;
  }
}

/** vitest calls this before the run; the returned function ends the cluster. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gondola-test-'));
  const external = process.env['DATABASE_URL'];
  const server =
    external === undefined || external === ''
      ? await startEmbeddedPostgres({
          dataDir: folder,
          purpose: 'npm test',
          durability: 'relaxed',
          makeSecret: () => randomBytes(24).toString('base64url'),
        })
      : { adminUrl: external, stop: async () => undefined };
  project.provide('postgresAdminUrl', server.adminUrl);
  project.provide('postgresSecretsFile', path.join(folder, 'secrets.json'));
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}
