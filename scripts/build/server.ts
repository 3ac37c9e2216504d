import { cpSync, existsSync, rmSync } from 'node:fs';
import { build } from 'vite';
import { resolve } from '../../vite.config.ts';
import { at } from '../paths.ts';
import { mustRun } from '../run.ts';

const folder = 'packages/server/dist';

/** Bundles one entry for Node; what it imports lazily (the Stripe SDK) stays a file of its own that is read when first needed. */
async function bundle(entry: string, name: string, bundled: boolean): Promise<void> {
  await build({
    configFile: false,
    root: at('packages/server'),
    logLevel: 'warn',
    publicDir: false,
    ssr: {
      target: 'node',
      noExternal: bundled ? true : [/^@tillkit\//u],
      resolve: { conditions: ['source', 'node', 'module', 'default'] },
    },
    resolve: { dedupe: resolve.dedupe },
    build: {
      ssr: at(`packages/server/src/${entry}`),
      outDir: 'dist',
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
  await bundle('cli.ts', 'till.js', true);
  await bundle('index.ts', 'index.js', false);
  await mustRun('tsc', '-p', 'packages/server/tsconfig.build.json');
  const script = at('packages/widgets/dist/script');
  if (existsSync(script)) cpSync(script, at(`${folder}/script`), { recursive: true });
}
