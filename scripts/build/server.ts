import { cpSync, existsSync, rmSync } from 'node:fs';
import { build, type Plugin } from 'vite';
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
  /** For our own server: it speaks HTTP/1 only and reads what it needs later when it needs it. */
  readonly quickStart?: boolean;
}

/**
 * Node's own modules that a start does not need, read at the first call of one of their functions: together they are a
 * tenth of the start.
 */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  enforce: 'pre',
  resolveId: (id) => (/^node:(?:crypto|fs|util|zlib)$/u.test(id) ? `\0late-${id}` : undefined),
  load(id) {
    const builtin = /^\0late-(node:\w+)$/u.exec(id)?.[1];
    if (!builtin) return undefined;
    const names = Object.entries(process.getBuiltinModule(builtin) as Record<string, unknown>).flatMap(([name, value]) =>
      typeof value === 'function' && /^[a-z]\w*$/u.test(name) ? [name] : [],
    );
    const members = names.map((name) => `export const ${name} = (...given) => process.getBuiltinModule('${builtin}').${name}(...given);`);
    const whole = `export default new Proxy({}, { get: (_, name) => process.getBuiltinModule('${builtin}')[name] });`;
    return [
      ...members,
      `export const constants = new Proxy({}, { get: (_, name) => process.getBuiltinModule('${builtin}').constants[name] });`,
      whole,
    ].join('\n');
  },
};

/**
 * Hono's Node adapter asks of every request whether it came by HTTP/2, which our server never speaks; loading Node's
 * HTTP/2 for that costs a sixth of the start.
 */
const withoutHttp2: Plugin = {
  name: 'without-http2',
  enforce: 'pre',
  resolveId: (id) => (/^(?:node:)?http2$/u.test(id) ? '\0http2' : undefined),
  load: (id) => (id === '\0http2' ? 'export class Http2ServerRequest {}\nexport const constants = {};\n' : undefined),
};

/** A single letter beyond Latin-1 makes V8 keep the whole file in two bytes for each letter. */
const plainLetters: Plugin = {
  name: 'plain-letters',
  generateBundle: {
    order: 'post',
    handler(_, files) {
      for (const file of Object.values(files))
        if (file.type === 'chunk')
          file.code = file.code.replaceAll(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
    },
  },
};

/** What every start reads is one file; modules and large packages stay files of their own. */
const atEveryStart =
  /packages\/(?:core|server)\/src\/(?!modules\/|doctor\/|commands\/(?!serve)|cli\.ts)|node_modules\/(?:kysely|hono|@hono|valibot)\//u;

/** Bundles one entry for Node; what it imports lazily (the Stripe SDK) stays a file of its own that is read when first needed. */
export async function bundleForNode({ entry, outDir, name, whole, quickStart = false }: NodeBundle): Promise<void> {
  await build({
    configFile: false,
    root: at('packages/server'),
    logLevel: 'warn',
    publicDir: false,
    plugins: quickStart ? [withoutHttp2, lateBuiltins, plainLetters] : [],
    ssr: { target: 'node', noExternal: whole ? true : [/^@tillkit\//u], resolve: { conditions: ['source', 'node', 'module', 'default'] } },
    build: {
      ssr: at(entry),
      outDir,
      emptyOutDir: false,
      target: 'node22',
      // a third less memory at rest, and names stay readable in a stack
      minify: whole && 'oxc',
      reportCompressedSize: false,
      rolldownOptions: {
        output: {
          keepNames: true,
          entryFileNames: name,
          chunkFileNames: `${name.replace(/\.js$/u, '')}/[name].js`,
          ...(quickStart && { codeSplitting: { groups: [{ name: 'program', test: atEveryStart }] } }),
        },
      },
    },
  });
}

/** Writes packages/server/dist: the `till` program in one file, the library, its types, and the script tag that it serves. */
export async function buildServer(): Promise<void> {
  rmSync(at(folder), { recursive: true, force: true });
  const outDir = at(folder);
  await bundleForNode({ entry: 'packages/server/src/cli.ts', outDir, name: 'till.js', whole: true, quickStart: true });
  await bundleForNode({ entry: 'packages/server/src/index.ts', outDir, name: 'index.js', whole: false });
  await mustRun('tsc', ['-p', 'packages/server/tsconfig.build.json']);
  const script = at('packages/widgets/dist/script');
  if (existsSync(script)) cpSync(script, at(`${folder}/script`), { recursive: true });
}
