import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const NEVER = ['**/node_modules/**', '**/dist/**', '**/out/**', '.cache/**', '.gondola/**'];
const postgres = './central/testing/postgres-global-setup.ts';

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
          globalSetup: existsSync(postgres) ? [postgres] : [],
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
          globalSetup: ['./tools/kafka/global-setup.ts'],
        },
      },
    ],
  },
});
