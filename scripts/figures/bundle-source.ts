import { build } from 'vite';
import { resolve } from '../../vite.config.ts';

/** One module with everything it imports as one minified ES module, as text. */
export async function bundleSource(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    resolve,
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
