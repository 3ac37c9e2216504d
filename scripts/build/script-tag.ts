/**
 * The script tag: packages/widgets/dist/script/till.js, its chunks, and one eager file for owners who want an integrity hash.
 *
 * Promise: a pricing page is one request (till.js imports nothing statically), chunks are addressed by the script's own
 * URL, and the place of the catalog survives minification exactly once.
 */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { minifyHTMLLiterals } from 'minify-literals';
import { minify } from 'terser';
import { build, type Plugin, type Rolldown } from 'vite';
import { resolve } from '../../vite.config.ts';
import { at } from '../paths.ts';
import { leanElement, leanLit } from './lean-lit.ts';
import { entryName, linkChunks, releaseMark, type OutputFile } from './link-chunks.ts';

/** Where the server writes the catalog, in the source and in what is served. */
export const catalogPlace = '/*till:catalog*/null';
/** A free identifier stands there while minifying: a minifier drops comments and folds literals, but must keep a name it does not know. */
const catalogMark = '__TILL_CATALOG__';

const targets = ['es2022', 'chrome111', 'firefox114', 'safari16.4'];

function keepCatalogPlace(): Plugin {
  return {
    name: 'till:catalog-place',
    enforce: 'pre',
    transform: (code) =>
      code.includes('/*till:catalog*/') ? { code: code.replace(/\/\*till:catalog\*\/\s*null/u, catalogMark), map: null } : null,
  };
}

/** Takes the line breaks out of our own html`` and css`` templates; the minifier may not look inside strings. */
function minifyTemplates(): Plugin {
  return {
    name: 'till:templates',
    enforce: 'post',
    async transform(code, id) {
      if (!/\/packages\/widgets\/src\/.+\.ts$/u.test(id) || !/(?:html|svg|css)`/u.test(code)) return null;
      const minified = await minifyHTMLLiterals(code, { fileName: id, sourceMap: false });
      return minified ? { code: minified.code, map: null } : null;
    },
  };
}

type Chunk = Extract<Rolldown.RolldownOutput['output'][number], { type: 'chunk' }>;

/** Bundles the script tag as it is served, or unminified to look into it. */
export async function bundleChunks(entry: string, { inline = false, minified = true } = {}): Promise<Chunk[]> {
  const [result] = [
    await build({
      configFile: false,
      root: at('packages/widgets'),
      logLevel: 'warn',
      publicDir: false,
      resolve,
      define: { 'process.env.NODE_ENV': '"production"' },
      plugins: [keepCatalogPlace(), leanElement(), leanLit(), minifyTemplates()],
      build: {
        write: false,
        target: targets,
        reportCompressedSize: false,
        minify: minified,
        lib: { entry, formats: ['es'] },
        rolldownOptions: {
          preserveEntrySignatures: false, // what chunks share may stand in the entry
          output: {
            minify: minified,
            comments: false,
            codeSplitting: !inline,
            entryFileNames: entryName,
            chunkFileNames: `till/[name]-${releaseMark}.js`,
          },
        },
      },
    }),
  ].flat();
  if (!result || !('output' in result)) throw new Error('the bundler answered without output');
  return result.output.map((file) => {
    if (file.type !== 'chunk') throw new Error(`the script tag may not need ${file.fileName}`);
    return file;
  });
}

/** A second minifier finds another two per cent after the first. */
async function squeeze({ fileName, code }: Chunk): Promise<OutputFile> {
  const { code: squeezed } = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, inline: false },
    format: { comments: false },
  });
  if (!squeezed) throw new Error(`${fileName} was minified to nothing`);
  return { name: fileName, code: squeezed };
}

function fillCatalogPlace(code: string, value: string): string {
  const pieces = code.split(catalogMark);
  if (pieces.length !== 2) throw new Error(`the place of the catalog stands ${pieces.length - 1} times in the script, not once`);
  return pieces.join(value);
}

/** The files of `till.js` and its chunks, ready to be served. */
export async function bundleScriptTag(entry: string): Promise<OutputFile[]> {
  const files = await Promise.all((await bundleChunks(entry)).map(squeeze));
  return linkChunks(files.map(({ name, code }) => ({ name, code: name === entryName ? fillCatalogPlace(code, catalogPlace) : code })));
}

/** All widgets in one file that never changes under its hash; it fetches the catalog, as nothing may be written into it. */
async function bundleEager(entry: string): Promise<OutputFile> {
  const [file, ...rest] = await Promise.all((await bundleChunks(entry, { inline: true })).map(squeeze));
  if (!file || rest.length > 0) throw new Error('the eager script must be one file');
  return { name: 'till.eager.js', code: fillCatalogPlace(file.code, 'null') };
}

const folder = 'packages/widgets/dist/script';
export const scriptTagEntry = 'packages/widgets/src/till.ts';

/** Whether the script tag is newer than everything it is made of. */
export function isScriptTagFresh(): boolean {
  const built = at(`${folder}/${entryName}`);
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  const sources = globSync(['packages/widgets/src/**/*.ts', 'packages/core/src/**/*.ts', 'scripts/build/*.ts', 'package-lock.json'], {
    cwd: at(''),
  });
  return sources.every((path) => statSync(at(path)).mtimeMs <= mtimeMs);
}

/** Writes packages/widgets/dist/script. */
export async function buildScriptTag(): Promise<void> {
  const files = [...(await bundleScriptTag(at(scriptTagEntry))), await bundleEager(at(scriptTagEntry))];
  const eager = files.at(-1);
  const integrity = { [String(eager?.name)]: `sha384-${createHash('sha384').update(String(eager?.code)).digest('base64')}` };
  rmSync(at(folder), { recursive: true, force: true });
  for (const { name, code } of [...files, { name: 'integrity.json', code: `${JSON.stringify(integrity, null, 2)}\n` }]) {
    const path = join(at(folder), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
}
