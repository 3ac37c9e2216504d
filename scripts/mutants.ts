/**
 * `npm run mutants`: changes the code of identity, webhooks and everything that moves money in thousands of small ways, one at a time, and counts those
 * that no test notices; names as arguments choose some groups (scripts/mutants/groups.ts). Prints every survivor and writes
 * the numbers to docs/soak.json, from where `npm run figures` tells them.
 *
 * Promise: the sources themselves are never touched. A group that cannot be run leaves its old numbers in place and the
 * exit code at 1; there is no score before every group was run once.
 */
import { copySources } from '../test/reliability/planted/source-copy.ts';
import { hashOfGroup } from './mutants/group-hash.ts';
import { mutantGroups } from './mutants/groups.ts';
import { runGroup } from './mutants/run-group.ts';
import { countMutants, survivorsOf, toNumbers, total } from './mutants/score.ts';
import { at } from './paths.ts';
import { readSoak, writeSoak } from './soak/results.ts';

const wanted = process.argv.slice(2);
const copy = copySources(at(''));
try {
  for (const group of mutantGroups.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = performance.now();
    const report = await runGroup(group, copy.folder);
    const numbers = { ...toNumbers(group.name, countMutants(report)), [`${group.name}Sources`]: hashOfGroup(group) };
    writeSoak({ ...readSoak(), mutants: { ...readSoak().mutants, ...numbers, date: new Date().toISOString().slice(0, 10) } });
    for (const survivor of survivorsOf(report)) console.log(survivor);
    console.log(`${group.name}: ${JSON.stringify(numbers)} in ${Math.round((performance.now() - started) / 1000)} s`);
  }
} finally {
  copy.close();
}

const { mutants = {}, ...others } = readSoak();
const whole = total(
  mutantGroups.map(({ name }) => name),
  mutants,
);
if (whole) writeSoak({ ...others, mutants: { ...mutants, ...whole } });
console.log(whole ? `mutants: ${JSON.stringify(whole)}` : 'mutants: no score before every group was run once');
