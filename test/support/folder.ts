import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder for one test; it is deleted afterwards. Answers where a file of that name lies in it. */
export function newFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'till-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
