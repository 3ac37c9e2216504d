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

const place = ({ moduleId }: TestSpecification): number => {
  const found = long.findIndex((path) => moduleId.endsWith(`${path}.test.ts`));
  return found === -1 ? long.length : found;
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
