/**
 * `npm run mutants`: changes the code of identity, webhooks and everything that moves money in thousands of small ways, one at a time, and counts those
 * that no test notices; names as arguments choose some groups (scripts/mutants/groups.ts) or files. Prints every survivor and
 * writes each file's numbers to docs/mutants.json, from where `npm run figures` tells them.
 *
 * Promise: the sources themselves are never touched. Files of which the numbers are there, found with the same source and
 * tests, are not run again (`--again` does), nor mutants that a test noticed which is the same; no piece is begun after 45
 * minutes, and the next run goes on.
 */
import { readFileSync } from 'node:fs';
import { copySources } from '../test/reliability/planted/source-copy.ts';
import { filesFirst, mutantGroups, type MutantGroup } from './mutants/groups.ts';
import { currentResult, hashOfFile, readResults, writeResults } from './mutants/results.ts';
import { runFiles } from './mutants/run-files.ts';
import { countMutants, survivorsOf, total } from './mutants/score.ts';
import { at } from './paths.ts';

const minutes = 45;
/** Lines of one piece: each begins with all its tests once. */
const pieceLines = 500;

const words = process.argv.slice(2);
const again = words.includes('--again');
const wanted = words.filter((word) => word !== '--again');
const isWanted = (group: MutantGroup, file: string): boolean =>
  wanted.length === 0 || wanted.includes(group.name) || wanted.some((word) => file.endsWith(word));

/** Files that are run together. */
function piecesOf(files: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let lines = Infinity;
  for (const file of files) {
    const length = readFileSync(at(file), 'utf8').split('\n').length;
    lines += length;
    if (lines > pieceLines) {
      pieces.push([]);
      lines = length;
    }
    pieces.at(-1)!.push(file);
  }
  return pieces;
}

/** Runs one piece and writes down what became of it. */
async function run(group: MutantGroup, files: readonly string[], folder: string): Promise<void> {
  const started = performance.now();
  const hashes = new Map(files.map((file) => [file, hashOfFile(file, group)]));
  const report = await runFiles({ sources: files, tests: group.tests, first: group.first ?? filesFirst, folder, known: group.name, again });
  const date = new Date().toISOString().slice(0, 10);
  const counts = countMutants(report);
  // a file of types only has none
  const found = files.map(
    (file) => [file, { killed: 0, survived: 0, broken: 0, ...counts[file], sources: hashes.get(file)!, date }] as const,
  );
  writeResults({ ...readResults(), ...Object.fromEntries(found) });
  for (const survivor of survivorsOf(report)) console.log(survivor);
  for (const [file, { killed, survived }] of found) console.log(`${file}: ${killed} of ${killed + survived} noticed`);
  console.log(`${group.name}: a piece in ${Math.round((performance.now() - started) / 1000)} s`);
}

const copy = copySources(at(''));
const until = performance.now() + minutes * 60_000;
let left = 0;
try {
  for (const group of mutantGroups) {
    const results = readResults();
    const files = group.sources.filter((file) => isWanted(group, file) && (again || !currentResult(results, file, group)));
    for (const piece of piecesOf(files)) {
      if (performance.now() > until) left += piece.length;
      else await run(group, piece, copy.folder);
    }
  }
} finally {
  copy.close();
}

const results = readResults();
for (const group of mutantGroups) {
  const counts = group.sources.flatMap((file) => currentResult(results, file, group) ?? []);
  if (counts.length > 0) console.log(`${group.name}: ${JSON.stringify(total(counts))} of ${group.sources.length} files`);
}
if (left > 0) console.log(`mutants: ${left} files are left; the same command goes on with them`);
