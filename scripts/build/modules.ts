import { rmSync } from 'node:fs';
import { at } from '../paths.ts';
import { mustRun } from '../run.ts';

/** JavaScript modules and declarations of core; the other packages' types build on them. */
export async function buildCore(): Promise<void> {
  rmSync(at('packages/core/dist'), { recursive: true, force: true });
  await mustRun('tsc', ['-p', 'packages/core/tsconfig.build.json']);
}

/** One JavaScript module and one declaration for each source file of widgets and sandbox: what npm projects import. */
export async function buildModules(): Promise<void> {
  for (const folder of ['packages/widgets/dist/modules', 'packages/sandbox/dist']) rmSync(at(folder), { recursive: true, force: true });
  await Promise.all(['widgets', 'sandbox'].map((name) => mustRun('tsc', ['-p', `packages/${name}/tsconfig.build.json`])));
}
