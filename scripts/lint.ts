/**
 * `npm run lint`: general rules by oxlint, accessibility of templates by ESLint, and the rules of this house (scripts/lint/).
 *
 * Promise: the walls between the packages, and what must never reach a browser or the server, are checked by code.
 */
import { spawn } from 'node:child_process';
import { fileFaults } from './lint/files.ts';
import { importFaults } from './lint/imports.ts';
import { readSources } from './lint/sources.ts';
import { wordFaults } from './lint/words.ts';
import { at } from './paths.ts';

/** Runs a program of node_modules/.bin to its end and passes its words on; true when it found nothing. */
function passes(program: string, ...args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(program, args, { cwd: at(''), stdio: 'inherit', shell: process.platform === 'win32' }).on('close', (code) => resolve(code === 0));
  });
}

function keepsHouseRules(): boolean {
  const sources = readSources();
  const faults = [importFaults, wordFaults, fileFaults].flatMap((rule) => rule(sources));
  for (const { path, sentence } of faults) console.error(`${path} ${sentence}`);
  console.log(`House rules: ${sources.length} files, ${faults.length} faults.`);
  return faults.length === 0;
}

const results = await Promise.all([passes('oxlint'), passes('eslint', '.'), keepsHouseRules()]);
process.exitCode = results.every(Boolean) ? 0 : 1;
