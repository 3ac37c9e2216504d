/**
 * Vitest as Stryker runs it: the tests of one group (scripts/mutants/groups.ts), in the order in which they are named
 * there, and no browser.
 *
 * On SQLite only: a mistake in the code above the database shows on one as on the other, and takes half as long.
 */
import { defaultServerConditions, defineConfig } from 'vite';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const tests = JSON.parse(process.env.MUTANT_TESTS ?? '[]') as string[];
const conditions = ['source', ...defaultServerConditions];

/** The first failing test ends a run, so the quick ones come first. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => tests.findIndex((path) => moduleId.endsWith(path));
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: [/^@tillkit\//u] },
  test: {
    name: 'mutants',
    environment: 'node',
    // a process of its own for each mutant, and one for all of its test files
    isolate: false,
    include: tests,
    sequence: { sequencer: AsNamed },
    setupFiles: ['test/contract/setup.ts', 'test/support/quick-retries.ts'],
    provide: { postgres: null },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { STRIPE_SUPPRESS_NOTICES: 'true' },
  },
} as object);
