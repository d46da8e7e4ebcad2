/** Every import rule must be able to fail: each gets one file that breaks it and one that keeps it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cruise, cruise, unread } from './check-imports.ts';
import { CACHE, ROOT } from './lib/run.ts';

// rule → [the file that breaks it, what that file imports]
const BREAKS: Record<string, [string, string]> = {
  '1-cores-are-pure': ['central/notifications/decide.ts', './who.ts'],
  '1-cores-reach-no-adapter': ['central/stores/decide.ts', './ladder.ts'],
  '1-shared-domain-is-pure': ['shared/domain/ids.ts', 'node:crypto'],
  '1-shared-stands-alone': ['shared/lib/leak.ts', '../../sync/protocol/push.ts'],
  '2-use-cases-know-no-adapter': ['central/inventory/handle-command.ts', './postgres-ledger.ts'],
  '3-driver-pg': ['central/inventory/read-stock.ts', 'pg'],
  '3-driver-express': ['central/stores/register.ts', 'express'],
  '3-driver-kafkajs': ['central/events/relay.ts', 'kafkajs'],
  '3-driver-nano': ['central/vault/read.ts', 'nano'],
  '3-driver-rxdb': ['edge-app/replica/search.ts', 'rxdb'],
  '3-driver-pouchdb': ['edge-app/journal/entry.ts', 'pouchdb-core'],
  '3-driver-electron': ['edge-app/till/till.ts', 'electron'],
  '3-driver-socket-client': ['sync/client/engine.ts', 'socket.io-client'],
  '4-services-apart': ['central/stores/consume.ts', '../inventory/authority.ts'],
  '4-platform-below-services': ['central/platform/metrics.ts', '../inventory/authority.ts'],
  '5-edge-never-imports-central': ['edge-app/uplink/peek.ts', '../../central/inventory/authority.ts'],
  '5-central-never-imports-edge': ['central/console/peek.ts', '../../edge-app/checkout/ports.ts'],
  '5-sync-stands-on-shared': ['sync/server/peek.ts', '../../central/inventory/authority.ts'],
  '5-protocol-is-only-protocol': ['sync/protocol/hello.ts', '../client/state.ts'],
  '5-client-never-imports-server': ['sync/client/peek.ts', '../server/ports.ts'],
  '5-server-never-imports-client': ['sync/server/serve-pull.ts', '../client/state.ts'],
  '6-journal-replica-uplink-apart': ['edge-app/journal/memory-journal.ts', '../replica/memory-replica.ts'],
  '7-screens-see-the-till': ['edge-app/renderer/till-screen.tsx', '../journal/memory-journal.ts'],
  '7-console-page-sees-shared': ['central/console/web/page.tsx', '../queries.ts'],
  '8-roots-build-adapters': ['edge-app/till/open.ts', '../journal/pouch-journal.ts'],
  '9-no-cycle': ['shared/lib/one.ts', './two.ts'],
  '9-production-never-imports-tests': ['sync/client/backoff.ts', '../testing/scenario.ts'],
  '9-production-never-imports-test-tools': ['shared/lib/random.ts', 'fast-check'],
  '9-nothing-imports-e2e': ['shared/lib/outside.ts', '../../e2e/fixtures/stack.ts'],
  '9-nothing-imports-tools': ['central/start.ts', '../tools/anything.ts'],
  '9-every-import-resolves': ['shared/lib/nowhere.ts', './missing.ts'],
};

// The same drivers and neighbours, imported where the rules allow them.
const KEEPS: [string, string][] = [
  ['central/inventory/postgres-ledger.ts', 'pg'],
  ['central/gateway/http.ts', 'express'],
  ['central/console/http.ts', 'express'],
  ['central/events/kafka.ts', 'kafkajs'],
  ['edge-app/replica/collections.ts', 'rxdb'],
  ['edge-app/journal/pouch-journal.ts', 'pouchdb-core'],
  ['edge-app/main/window.ts', 'electron'],
  ['edge-app/uplink/socket-transport.ts', 'socket.io-client'],
  ['central/start-inventory.ts', './inventory/postgres-ledger.ts'],
  ['edge-app/renderer/main.tsx', '../till/start-till.ts'],
  ['central/stores/postgres-stores.ts', 'pg'],
  ['central/notifications/who.ts', 'node:fs'],
  ['central/console/project.ts', './rows.ts'],
  ['central/console/rows.ts', 'zod'],
  ['shared/domain/pool.ts', '../lib/two.ts'],
  ['shared/domain/pool.test.ts', 'vitest'],
  ['e2e/fixtures/harness.ts', '../../central/inventory/authority.ts'],
];

const PLAIN = [
  'central/inventory/authority.ts',
  'central/console/queries.ts',
  'edge-app/checkout/ports.ts',
  'edge-app/replica/memory-replica.ts',
  'edge-app/till/start-till.ts',
  'sync/protocol/push.ts',
  'sync/client/state.ts',
  'sync/server/ports.ts',
  'sync/testing/scenario.ts',
  'e2e/fixtures/stack.ts',
  'tools/anything.ts',
];

interface Config {
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}

let base = '';
let result: Cruise = { modules: [], violations: [] };

function write(file: string, text: string): void {
  const path = join(base, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

beforeAll(async () => {
  mkdirSync(CACHE, { recursive: true });
  base = mkdtempSync(join(CACHE, 'import-rules-'));
  for (const file of PLAIN) write(file, 'export const here = 1;\n');
  write('central/stores/ladder.ts', "export * from './postgres-stores.ts';\n");
  write('shared/lib/two.ts', "export * from './one.ts';\n");
  for (const [file, target] of [...Object.values(BREAKS), ...KEEPS])
    write(file, `export * from '${target}';\n`);
  result = await cruise(base);
}, 60_000);

afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('import rules', () => {
  test('each rule of the configuration has a file here that breaks it', async () => {
    // By a computed name: the configuration is plain JavaScript without types.
    const { default: config } = (await import(join(ROOT, '.dependency-cruiser.js'))) as Config;
    expect(config.forbidden.map((rule) => rule.name).sort()).toEqual(Object.keys(BREAKS).sort());
  });

  test.each(Object.entries(BREAKS))('%s is broken by its file', (name, [file]) => {
    expect(result.violations.filter((it) => it.from === file).map((it) => it.rule)).toContain(name);
  });

  test.each(KEEPS)('%s may import %s', (file) => {
    expect(result.violations.filter((it) => it.from === file)).toEqual([]);
  });

  test('a file that the checker did not read is noticed', () => {
    expect(unread(base, result.modules)).toEqual([]);
    expect(unread(base, ['shared/lib/one.ts'])).toContain('shared/lib/two.ts');
  });
});
