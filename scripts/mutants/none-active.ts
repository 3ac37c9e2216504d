/**
 * Before the test files are read in a process that is kept (kept-worker.ts): the mutant before is put away, so that what tests work
 * out while they are read is the code's own.
 */
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Stryker's: the name of the global object in which the active mutant stands. */
    globalNamespace: string;
    mutantActivation: 'runtime' | 'static' | undefined;
  }
}

if (inject('mutantActivation') !== 'static') {
  const stryker = (globalThis as unknown as Record<string, { activeMutant?: string } | undefined>)[inject('globalNamespace')];
  if (stryker) delete stryker.activeMutant;
}
