/**
 * Vitest as Stryker runs it: the tests of one group (scripts/mutants/groups.ts) and no browser.
 *
 * On SQLite only: a mistake in the code above the database shows on one as on the other, and takes half as long.
 */
import { defaultServerConditions, defineConfig } from 'vite';

const tests = JSON.parse(process.env.MUTANT_TESTS ?? '[]') as string[];
const conditions = ['source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: [/^@tillkit\//u] },
  test: {
    name: 'mutants',
    environment: 'node',
    include: tests,
    setupFiles: ['test/contract/setup.ts'],
    provide: { postgres: null },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { STRIPE_SUPPRESS_NOTICES: 'true' },
  },
} as object);
