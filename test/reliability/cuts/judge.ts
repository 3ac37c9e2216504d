/** Holds those who were cut against those who were not. */
import type { TestTill } from '../../support/till.ts';
import { endsOf, type Person } from './people.ts';
import { customersByPerson, stateOf } from './state.ts';

export interface Verdict {
  /** Cuts that were met. */
  readonly cuts: number;
  /** People who did not end like anybody without a cut: charged twice, changed twice, or without what they asked for last. */
  readonly wrong: readonly string[];
  /** People who were answered by a fault of the server's, or were told what is not so. */
  readonly faults: readonly string[];
}

const aboutOf = ({ scenario, case: cutCase, answers }: Person): string =>
  `${scenario.name}: ${JSON.stringify(cutCase)} [${answers.map(({ status, code }) => `${status} ${code}`).join(', ')}]`;

/**
 * A request that the SDK could repeat by itself is answered as if nothing had been; one that the buyer repeats when all is
 * well again is never a fault of the server's.
 */
function isFaulty({ answers, misled, case: cutCase }: Person): boolean {
  const { kind, lasting } = cutCase!.cut;
  const [first, repeated] = answers;
  if (kind !== 'crash' && !lasting && first!.status >= 300) return true;
  return misled || (repeated !== undefined && (repeated.status >= 500 || repeated.code === 'internal_error'));
}

export async function judge(till: TestTill, people: readonly Person[], met: readonly Person[]): Promise<Verdict> {
  const customers = await customersByPerson(await till.stripe());
  const states = new Map<Person, string>();
  for (const person of people) states.set(person, await stateOf(person.buyer, customers.get(person.buyer.subject) ?? []));
  const wrong: string[] = [];
  for (const person of met) {
    const right = people.filter(
      ({ scenario, history }) => scenario === person.scenario && history && endsOf[person.case!.retry].includes(history),
    );
    const alike = right.filter((other) => states.get(other) === states.get(person));
    const ends = [...new Set(right.map((one) => states.get(one)))].join('\nor\n');
    if (alike.length === 0) wrong.push(`${aboutOf(person)}\n${states.get(person)!}\ninstead of\n${ends}`);
    else if (alike.every(({ holds }) => holds !== person.holds)) wrong.push(`${aboutOf(person)}\nThe page shows something else.`);
  }
  return { cuts: met.length, wrong, faults: met.filter(isFaulty).map(aboutOf) };
}
