/**
 * The order in which test files are begun: the longest first, so that the last of them does not keep one core busy alone; then
 * project by project, because a process reads server and sandbox once for all files of a project.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take more than half a minute on two slow cores, by how long; one that waits for its browser goes with those that
 * compute all the time.
 */
const long = [
  'test/journey/identity-walks',
  'test/reliability/change-interleavings-prorations',
  'test/reliability/change-interleavings-at-once',
  'test/journey/shown-charged',
  'test/reliability/change-interleavings-later',
  'test/money/agreement',
  'test/reliability/crashes',
  'test/server/subscription/charged-change',
  'test/reliability/change-processes',
  'test/server/subscription/one-at-a-time',
  'test/server/subscription/trial-end',
  'test/server/outbox/lives',
  'test/reliability/lost-answers',
  'test/reliability/one-time-codes',
  'test/reliability/second-process',
  'test/reliability/stripe-trouble',
  'test/reliability/orders',
];

/** Files that take ten seconds and more: the last to be begun should be none of them. */
const middling: ReadonlySet<string> = new Set([
  'test/journey/card-form',
  'test/journey/cards',
  'test/journey/journey',
  'test/reliability/api-versions',
  'test/reliability/interleavings',
  'test/reliability/migrations',
  'test/reliability/privacy',
  'test/sandbox/stripe-js-checkout',
  'test/sandbox/stripe-js-confirm',
  'test/sandbox/stripe-js-surface',
  'test/server/commands/reconcile',
  'test/server/modules/privacy/erase',
  'test/server/payment-methods/payment-methods',
  'test/server/preview/resume-preview',
  'test/server/subscription/changes',
  'test/server/subscription/only-one',
  'test/server/subscription/planned-change',
  'test/server/subscription/subscriptions',
]);

const nameOf = (moduleId: string): string => /test\/.*(?=\.test\.ts$)/u.exec(moduleId)?.[0] ?? moduleId;

const place = ({ moduleId }: TestSpecification): number => {
  const name = nameOf(moduleId);
  const found = long.indexOf(name);
  if (found !== -1) return found;
  return middling.has(name) ? long.length : long.length + 1;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted(
      (one, other) =>
        place(one) - place(other) ||
        (one.project.name < other.project.name ? -1 : one.project.name > other.project.name ? 1 : one.moduleId < other.moduleId ? -1 : 1),
    );
  }
}
