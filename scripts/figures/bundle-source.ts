import { build, type Plugin } from 'vite';
import { resolve } from '../../vite.config.ts';

/** Modules that no file has: their source by the name they are imported by. */
const virtual = (modules: Readonly<Record<string, string>>): Plugin => ({
  name: 'till:virtual',
  resolveId: (id) => (id in modules ? `\0${id}` : null),
  load: (id) => modules[id.slice(1)] ?? null,
});

/** Files that are read from elsewhere: paths by the end of the import that names them. */
const swapped = (files: Readonly<Record<string, string>>): Plugin => ({
  name: 'till:swapped',
  enforce: 'pre',
  resolveId: (id) => Object.entries(files).find(([end]) => id.endsWith(end))?.[1] ?? null,
});

/**
 * One module with everything it imports as one minified ES module, as text. `modules` are sources that no file has,
 * `files` paths that take the place of imports.
 */
export async function bundleSource(
  entry: string,
  modules: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    resolve,
    plugins: [virtual(modules), swapped(files)],
    build: {
      write: false,
      reportCompressedSize: false,
      lib: { entry, formats: ['es'], fileName: 'entry' },
      rolldownOptions: { output: { minify: true, comments: false, codeSplitting: false } },
    },
  });
  const [result] = [built].flat();
  if (!result || !('output' in result)) throw new Error('the bundler answered without output');
  return result.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}
