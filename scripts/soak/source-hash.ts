import { createHash } from 'node:crypto';
import { statSync, readFileSync } from 'node:fs';
import { at } from '../paths.ts';
import { hashFolder } from '../supply-chain/folder-hash.ts';

/** One hash over every file that a stored result depends on; `paths` are files or whole folders, from the repository's root. */
export function hashOfSources(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) {
    if (!statSync(at(path)).isDirectory()) hash.update(`${path} `).update(readFileSync(at(path)));
    else for (const [name, digest] of hashFolder(at(path))) hash.update(`${path}/${name} ${digest}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
