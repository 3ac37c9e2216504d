import { hashOfGroup } from '../mutants/group-hash.ts';
import { mutantGroups } from '../mutants/groups.ts';
import { changeSources } from '../soak/changes.ts';
import { readSoak, type SoakResults } from '../soak/results.ts';
import { shownChargedSources } from '../soak/shown-charged.ts';
import { hashOfSources } from '../soak/source-hash.ts';
import type { Figure } from './figure.ts';

const issue = 9;
/** Folders of which a score is asked for by themselves. */
const money = ['keys', 'sessions', 'addresses', 'subscriptions', 'previews', 'checkouts', 'payment-methods'];

type Part = SoakResults[string];

/** A number of a part whose sources are still those that it was found with; any other is none. */
function read(part: Part | undefined, name: string, sources: readonly string[]): number {
  const value = part?.[name];
  return typeof value === 'number' && part?.sources === hashOfSources(sources) ? value : Number.NaN;
}

/** The score over the groups of the folders that move money or say who somebody is; none when one is stale or was not run. */
function scoreOf(mutants: Part = {}): number {
  const groups = mutantGroups.filter(({ name }) => money.includes(name));
  if (groups.some((group) => mutants[`${group.name}Sources`] !== hashOfGroup(group))) return Number.NaN;
  const sum = (what: string): number => groups.reduce((all, { name }) => all + Number(mutants[`${name}${what}`]), 0);
  return Math.floor((sum('Killed') / (sum('Killed') + sum('Survived'))) * 1000) / 10;
}

/** Nobody pays twice, and every amount shown is the amount charged: what the last long runs of these very sources found. */
export async function measureShownAndCharged(): Promise<Figure[]> {
  const { changes, mutants, 'shown-charged': shown } = readSoak();
  const none = { atMost: 0 };
  return [
    { issue, name: 'change-interleavings', value: read(changes, 'interleavings', changeSources), unit: '', atLeast: 100_000 },
    { issue, name: 'change-interleavings-wrong', value: read(changes, 'wrong', changeSources), unit: '', ...none },
    { issue, name: 'shown-charged-lives', value: read(shown, 'lives', shownChargedSources), unit: '', atLeast: 500 },
    { issue, name: 'shown-charged-differences', value: read(shown, 'differences', shownChargedSources), unit: '', ...none },
    { issue, name: 'mutation-score', value: scoreOf(mutants), unit: '% of the mutants in five folders', atLeast: 90 },
  ];
}
