import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { differing, hashFolder } from '../../scripts/supply-chain/folder-hash.ts';
import { productionTree, scriptsNotForbidden, type LockFile } from '../../scripts/supply-chain/lock-file.ts';

const integrity = 'sha512-abc';
const lock: LockFile = {
  packages: {
    server: { dependencies: { hono: '4', '@tillkit/core': '1', deep: '1' } },
    'node_modules/hono': { integrity },
    'node_modules/deep': { integrity, dependencies: { shallow: '2' } },
    'node_modules/deep/node_modules/shallow': { integrity, dependencies: { hono: '4' } },
    'node_modules/shallow': { integrity: 'sha1-old', hasInstallScript: true },
    'node_modules/esbuild': { integrity, hasInstallScript: true },
  },
};
const change = (path: string, more: object): LockFile => ({ packages: { ...lock.packages, [path]: { ...lock.packages[path], ...more } } });

it('counts what is needed, and finds the nearest of two versions', () => {
  expect(productionTree(lock, ['server'])).toEqual({ packages: ['deep', 'hono', 'shallow'], faults: [] });
});

it.each([
  ['a script', change('node_modules/hono', { hasInstallScript: true }), 'node_modules/hono runs a script when it is installed'],
  ['a weaker hash', change('node_modules/hono', { integrity: 'sha1-abc' }), 'node_modules/hono is locked without its SHA-512'],
  ['no hash', change('node_modules/hono', { integrity: undefined }), 'node_modules/hono is locked without its SHA-512'],
  ['a package that is not locked', change('server', { dependencies: { gone: '1' } }), 'server needs gone, which is not locked'],
])('finds %s in the production tree', (_, changed, fault) => {
  expect(productionTree(changed, ['server']).faults).toEqual([fault]);
});

it('wants every script of the development tree to be forbidden', () => {
  expect(scriptsNotForbidden(lock, { esbuild: false })).toEqual(['node_modules/shallow']);
  expect(scriptsNotForbidden(lock, { esbuild: false, shallow: true })).toEqual(['node_modules/shallow']);
  expect(scriptsNotForbidden(lock, { esbuild: false, shallow: false })).toEqual([]);
});

it('tells which files of two builds differ', () => {
  const folders = ['a', 'b'].map((name) => mkdtempSync(join(tmpdir(), `till-${name}-`)));
  onTestFinished(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));
  for (const folder of folders) writeFileSync(join(folder, 'same.js'), 'same');
  writeFileSync(join(folders[0]!, 'other.js'), 'one');
  writeFileSync(join(folders[1]!, 'other.js'), 'two');
  writeFileSync(join(folders[1]!, 'more.js'), 'more');
  expect(differing(hashFolder(folders[0]!), hashFolder(folders[1]!)).toSorted()).toEqual(['more.js', 'other.js']);
});
