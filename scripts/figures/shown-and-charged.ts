import { mutantGroups } from '../mutants/groups.ts';
import { currentResult, readResults } from '../mutants/results.ts';
import { total } from '../mutants/score.ts';
import { changeSources } from '../soak/changes.ts';
import { readSoak, type SoakResults } from '../soak/results.ts';
import { shownChargedSources } from '../soak/shown-charged.ts';
import { hashOfSources } from '../soak/source-hash.ts';
import type { Figure } from './figure.ts';

const issue = 9;
/** Groups of the folders that move money or say who somebody is. */
const money = ['keys', 'sessions', 'addresses', 'subscriptions', 'previews', 'checkouts', 'payment-methods'];

type Part = SoakResults[string];

/** A number of a part whose sources are still those that it was found with; any other is none. */
function read(part: Part | undefined, name: string, sources: readonly string[]): number {
  const value = part?.[name];
  return typeof value === 'number' && part?.sources === hashOfSources(sources) ? value : Number.NaN;
}

/** What became of the mutants of some groups, as far as their files and tests are still those of the last run. */
function mutantsOf(isAsked: (group: string) => boolean): { readonly stale: number; readonly score: number } {
  const results = readResults();
  const all = mutantGroups
    .filter(({ name }) => isAsked(name))
    .flatMap((group) => group.sources.map((file) => currentResult(results, file, group)));
  const current = all.filter((result) => result !== undefined);
  return { stale: all.length - current.length, score: total(current).score };
}

/** Nobody pays twice, and every amount shown is the amount charged: what the last long runs of these very sources found. */
export async function measureShownAndCharged(): Promise<Figure[]> {
  const { changes, 'shown-charged': shown } = readSoak();
  const [ours, others] = [mutantsOf((group) => money.includes(group)), mutantsOf((group) => !money.includes(group))];
  const none = { atMost: 0 };
  return [
    { issue, name: 'change-interleavings', value: read(changes, 'interleavings', changeSources), unit: '', atLeast: 100_000 },
    { issue, name: 'change-interleavings-wrong', value: read(changes, 'wrong', changeSources), unit: '', ...none },
    { issue, name: 'shown-charged-lives', value: read(shown, 'lives', shownChargedSources), unit: '', atLeast: 500 },
    { issue, name: 'shown-charged-differences', value: read(shown, 'differences', shownChargedSources), unit: '', ...none },
    { issue, name: 'mutation-score', value: ours.score, unit: '% of the mutants in five folders', atLeast: 90 },
    { issue, name: 'mutants-not-run', value: ours.stale, unit: 'files of them that were not run as they are', ...none },
    { issue: 4, name: 'mutation-score', value: others.score, unit: '% of the mutants in webhooks and what stands in front', atLeast: 85 },
    { issue: 4, name: 'mutants-not-run', value: others.stale, unit: 'files of them that were not run as they are', ...none },
  ];
}
