import { rmSync } from 'node:fs';
import { at } from '../paths.ts';
import { mustRun } from '../run.ts';

/** One JavaScript module and one declaration for each source file: what npm projects import. Core comes first, the others build on its declarations. */
export async function buildModules(): Promise<void> {
  for (const folder of ['packages/core/dist', 'packages/widgets/dist/modules', 'packages/sandbox/dist'])
    rmSync(at(folder), { recursive: true, force: true });
  await mustRun('tsc', '-p', 'packages/core/tsconfig.build.json');
  await Promise.all(['widgets', 'sandbox'].map((name) => mustRun('tsc', '-p', `packages/${name}/tsconfig.build.json`)));
}
