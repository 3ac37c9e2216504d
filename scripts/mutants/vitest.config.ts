/**
 * Vitest as Stryker runs it: the tests of one group (scripts/mutants/groups.ts), in the order in which they are named
 * there, and no browser.
 *
 * On SQLite only: a mistake in the code above the database shows on one as on the other, and takes half as long.
 */
import { defaultServerConditions, defineConfig } from 'vite';
import { BaseSequencer, type Reporter, type TestProject, type TestSpecification, type Vitest } from 'vitest/node';
import { endWaiting, KeptWorker } from './kept-worker.ts';

const tests = JSON.parse(process.env.MUTANT_TESTS ?? '[]') as string[];
const conditions = ['source', ...defaultServerConditions];

/** Files that have noticed a mutant, the last one first: the next mutant stands beside it. */
let noticing: readonly string[] = [];

const remembersWhoNoticed: Reporter = {
  onTestRunEnd(modules) {
    const noticed = modules.filter((module) => module.state() === 'failed').map(({ moduleId }) => moduleId);
    noticing = [...noticed, ...noticing.filter((moduleId) => !noticed.includes(moduleId))];
  },
};

/** The first failing test ends a run, so those come first that noticed the last mutants, and then the quick ones. */
class AsNamed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const noticed = noticing.indexOf(moduleId);
      return noticed === -1 ? noticing.length + tests.findIndex((path) => moduleId.endsWith(path)) : noticed;
    };
    return files.toSorted((one, other) => place(one) - place(other));
  }
}

/** Stryker names Vitest's own pool; its processes end with each mutant. */
const keepingProcesses = {
  name: 'kept-processes',
  configureVitest({ vitest, project }: { readonly vitest: Vitest; readonly project: TestProject }): void {
    Object.assign(project.config, { pool: KeptWorker.pool.name, poolRunner: KeptWorker.pool });
    vitest.onClose(endWaiting);
  },
};

export default defineConfig({
  plugins: [keepingProcesses],
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: [/^@tillkit\//u] },
  test: {
    name: 'mutants',
    environment: 'node',
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    include: tests,
    reporters: [remembersWhoNoticed],
    sequence: { sequencer: AsNamed },
    setupFiles: ['scripts/mutants/none-active.ts', 'test/contract/setup.ts', 'test/support/quick-retries.ts'],
    provide: { postgres: null },
    // what waits for ever with a mutant is noticed by then; a test takes a third of a second
    testTimeout: 20_000,
    hookTimeout: 60_000,
    env: { STRIPE_SUPPRESS_NOTICES: 'true' },
  },
} as object);
