/**
 * Runs in every test file of the projects that use the sandbox.
 *
 * Promise: the test during which Stripe's contract was broken fails, with what was broken.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { observerId, seen, takeViolations } from './observer.ts';

afterEach(() => {
  const violations = takeViolations();
  if (violations.length > 0) {
    throw new Error(`Not as Stripe's contract says (docs/contract.md):\n${violations.map((line) => `  ${line}`).join('\n')}`);
  }
});

afterAll(() => {
  const folder = process.env.CONTRACT_COVERAGE;
  if (folder === undefined || (seen.requests === 0 && seen.parameters === 0)) return;
  mkdirSync(folder, { recursive: true });
  // a process that runs several files counts on, and the last of them says all
  writeFileSync(join(folder, `${observerId}.json`), JSON.stringify(seen));
});
