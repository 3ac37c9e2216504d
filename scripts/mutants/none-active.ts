/**
 * Before the test files are read in a process that is kept (kept-worker.ts): the mutant before is put away, so that what tests work
 * out while they are read is the code's own. And the end of a mutant that nobody notices: after so many tests that pass it, it is
 * given up and counts as not noticed, because a line that every test passes would cost all of them. Files that have noticed others are
 * run before (vitest.config.ts), however large they are: those that the group names first have a number of their own, and are tried too.
 */
import { beforeEach, inject } from 'vitest';

/** Files that are named first are made for what every other test passes. */
const filesNamedFirst = Number(process.env.MUTANT_TESTS_FIRST ?? 0);
const names = JSON.parse(process.env.MUTANT_TESTS ?? '[]') as string[];
const namedFirst = names.slice(0, filesNamedFirst);
/** Of those that pass the mutant, tests that are tried: of the files that are named first, and of all others. A group without others is tried whole. */
const mostTests = { first: filesNamedFirst < names.length ? 10 * filesNamedFirst : Infinity, others: 100 };

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
const tried = ((globalThis as { triedTests?: { mutant: string; first: number; others: number } }).triedTests ??= {
  mutant: '',
  first: 0,
  others: 0,
});

beforeEach(({ skip, task }) => {
  if (inject('mode') !== 'mutant') return;
  const mutant = inject('activeMutant');
  if (tried.mutant !== mutant) Object.assign(tried, { mutant, first: 0, others: 0 });
  const which = namedFirst.some((path) => task.file.filepath.endsWith(path)) ? 'first' : 'others';
  tried[which] += 1;
  if (tried[which] > mostTests[which]) skip('enough tests have not noticed this mutant');
});
