/**
 * What an owner takes on with the server: how many foreign packages, whether one runs a script when it is installed, and
 * whether the published files are made from these sources and nothing else: built again, they are the same to the byte.
 *
 * Expects `npm run build` to have been run; builds once more in its place.
 */
import { readFileSync } from 'node:fs';
import { at } from './paths.ts';
import { mustRun } from './run.ts';
import { differing, hashFolder } from './supply-chain/folder-hash.ts';
import { productionTree, scriptsNotForbidden, type LockFile } from './supply-chain/lock-file.ts';

/** docs/decisions/0001: every further one is a decision. */
const mostPackages = 10;
const published = ['packages/server/dist', 'packages/core/dist', 'packages/widgets/dist'];

const read = <Content>(path: string): Content => JSON.parse(readFileSync(at(path), 'utf8')) as Content;
const lock = read<LockFile>('package-lock.json');
const { packages, faults } = productionTree(lock, ['packages/server', 'packages/core']);
const { allowScripts = {} } = read<{ allowScripts?: Record<string, boolean> }>('package.json');

const sentences = [...faults, ...scriptsNotForbidden(lock, allowScripts).map((path) => `${path} may run a script when it is installed`)];
if (packages.length > mostPackages) sentences.push(`${packages.length} packages reach an owner's server, more than ${mostPackages}`);

const before = published.map((folder) => hashFolder(at(folder)));
await mustRun('node', ['--conditions=source', 'scripts/build.ts']);
for (const [index, folder] of published.entries())
  for (const path of differing(before[index]!, hashFolder(at(folder)))) sentences.push(`${folder}/${path} differs when it is built again`);

for (const sentence of sentences) console.error(sentence);
const files = before.reduce((sum, { size }) => sum + size, 0);
console.log(
  `${packages.length} foreign packages in production: ${packages.join(', ')}. ${files} files built twice, ${sentences.length} faults.`,
);
process.exitCode = sentences.length > 0 ? 1 : 0;
