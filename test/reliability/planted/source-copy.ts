/** A copy of the repository in which mistakes can be made: the sources themselves are never touched. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the tests need of the repository. */
const copied = [
  'packages',
  'test',
  'scripts',
  'examples',
  'docs',
  'stories',
  '.storybook',
  'package.json',
  'tsconfig.json',
  'vite.config.ts',
];

export interface SourceCopy {
  /** Absolute path. */
  readonly folder: string;
  close(): void;
}

/** Copies the sources from `root`; packages of others are shared, ours are the copy's own. */
export function copySources(root: string): SourceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-copy-'));
  for (const name of copied)
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !/[/\\](?:node_modules|dist)$/u.test(path) });
  const modules = join(root, 'node_modules');
  mkdirSync(join(folder, 'node_modules', '@tillkit'), { recursive: true });
  for (const name of readdirSync(modules).filter((entry) => entry !== '@tillkit' && !entry.startsWith('.vite')))
    symlinkSync(resolve(modules, name), join(folder, 'node_modules', name));
  for (const name of readdirSync(join(modules, '@tillkit')))
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules', '@tillkit', name));
  return { folder, close: () => rmSync(folder, { recursive: true }) };
}
