import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const NEVER = ['**/node_modules/**', '**/dist/**', '**/out/**', '.cache/**', '.gondola/**'];
const POSTGRES = './central/testing/postgres-global-setup.ts';
const postgres = existsSync(POSTGRES) ? [POSTGRES] : [];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...NEVER, '**/*.pg.test.ts', '**/*.kafka.test.ts'],
        },
      },
      {
        test: {
          name: 'pg',
          include: ['**/*.pg.test.ts'],
          exclude: NEVER,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: postgres,
        },
      },
      {
        test: {
          name: 'kafka',
          include: ['**/*.kafka.test.ts'],
          exclude: NEVER,
          fileParallelism: false,
          testTimeout: 60_000,
          // A first run may install Java and fetch the broker before any test starts.
          hookTimeout: 120_000,
          // What is relayed to Kafka comes out of a database.
          globalSetup: ['./tools/kafka/global-setup.ts', ...postgres],
        },
      },
    ],
  },
});
