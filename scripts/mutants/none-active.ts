/**
 * Before the test files are read in a process that is kept (kept-worker.ts): the mutant before is put away, so that what tests work
 * out while they are read is the code's own. And the end of a mutant that nobody notices: after so many tests that pass it, it is
 * given up and counts as not noticed, because a line that every test passes would cost all of them.
 */
import { beforeEach, inject } from 'vitest';

/** Of those that pass the mutant, tests that are tried. */
const mostTests = 100;

declare module 'vitest' {
  interface ProvidedContext {
    /** Stryker's: the name of the global object in which the active mutant stands. */
    globalNamespace: string;
    mutantActivation: 'runtime' | 'static' | undefined;
    /** No mutant is active in a dry run. */
    mode: 'dry-run' | 'mutant';
    activeMutant: string;
  }
}

if (inject('mutantActivation') !== 'static') {
  const stryker = (globalThis as unknown as Record<string, { activeMutant?: string } | undefined>)[inject('globalNamespace')];
  if (stryker) delete stryker.activeMutant;
}

/** In the process, which goes on from one test file, and one mutant, to the next. */
const tried = ((globalThis as { triedTests?: { mutant: string; tests: number } }).triedTests ??= { mutant: '', tests: 0 });

beforeEach(({ skip }) => {
  if (inject('mode') !== 'mutant') return;
  const mutant = inject('activeMutant');
  if (tried.mutant !== mutant) Object.assign(tried, { mutant, tests: 0 });
  tried.tests += 1;
  if (tried.tests > mostTests) skip('enough tests have not noticed this mutant');
});
