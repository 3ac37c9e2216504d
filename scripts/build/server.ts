import { cpSync, existsSync, rmSync } from 'node:fs';
import { build } from 'vite';
import { at } from '../paths.ts';
import { mustRun } from '../run.ts';

const folder = 'packages/server/dist';

export interface NodeBundle {
  /** From the repository's root. */
  readonly entry: string;
  /** Absolute. */
  readonly outDir: string;
  readonly name: string;
  /** Foreign packages too; otherwise they stay imports. */
  readonly whole: boolean;
}

/** Bundles one entry for Node; what it imports lazily (the Stripe SDK) stays a file of its own that is read when first needed. */
export async function bundleForNode({ entry, outDir, name, whole }: NodeBundle): Promise<void> {
  await build({
    configFile: false,
    root: at('packages/server'),
    logLevel: 'warn',
    publicDir: false,
    ssr: { target: 'node', noExternal: whole ? true : [/^@tillkit\//u], resolve: { conditions: ['source', 'node', 'module', 'default'] } },
    build: {
      ssr: at(entry),
      outDir,
      emptyOutDir: false,
      target: 'node22',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { output: { entryFileNames: name, chunkFileNames: `${name.replace(/\.js$/u, '')}/[name].js` } },
    },
  });
}

/** Writes packages/server/dist: the `till` program in one file, the library, its types, and the script tag that it serves. */
export async function buildServer(): Promise<void> {
  rmSync(at(folder), { recursive: true, force: true });
  const outDir = at(folder);
  await bundleForNode({ entry: 'packages/server/src/cli.ts', outDir, name: 'till.js', whole: true });
  await bundleForNode({ entry: 'packages/server/src/index.ts', outDir, name: 'index.js', whole: false });
  await mustRun('tsc', ['-p', 'packages/server/tsconfig.build.json']);
  const script = at('packages/widgets/dist/script');
  if (existsSync(script)) cpSync(script, at(`${folder}/script`), { recursive: true });
}
