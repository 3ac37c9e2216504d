import { globSync, readFileSync } from 'node:fs';
import { build } from 'vite';
import { resolve } from '../../vite.config.ts';
import { at } from '../paths.ts';
import { brotliSize } from './brotli-size.ts';
import type { Figure } from './figure.ts';
import { wireCatalog } from './wire-catalog.ts';

/** One module of core with everything it imports, minified as the script tag is. */
async function bundleCore(module: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    resolve,
    build: {
      write: false,
      reportCompressedSize: false,
      lib: { entry: at(`packages/core/src/${module}.ts`), formats: ['es'], fileName: 'entry' },
      rolldownOptions: { output: { minify: true, comments: false } },
    },
  });
  const [result] = [built].flat();
  if (!result || !('output' in result)) throw new Error('the bundler answered without output');
  return result.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

/** `card-form-Xy12Ab34.js` without the hash of its release. */
const chunkName = (path: string): string => path.replace(/^.*\//u, '').replace(/-[\dA-Za-z]+\.js$/u, '');

/** What a page fetches; needs a built script tag. */
export async function measureSizes(): Promise<Figure[]> {
  const folder = at('packages/widgets/dist/script');
  const pricingPage = brotliSize(readFileSync(`${folder}/till.js`, 'utf8'));
  const chunks = globSync('till/*.js', { cwd: folder })
    .toSorted()
    .map((path) => ({ name: `chunk-${chunkName(path)}`, value: brotliSize(readFileSync(`${folder}/${path}`, 'utf8')), unit: 'bytes' }));
  const catalogSize = (name: string): number => brotliSize(JSON.stringify(wireCatalog(name)));
  return [
    { name: 'till-js', value: pricingPage, unit: 'bytes', atMost: 12_000 },
    ...chunks,
    { name: 'everything', value: chunks.reduce((sum, { value }) => sum + value, pricingPage), unit: 'bytes', atMost: 34_000 },
    { name: 'catalog-team-suite', value: catalogSize('team-suite'), unit: 'bytes', atMost: 4_000 },
    { name: 'catalog-everything', value: catalogSize('everything'), unit: 'bytes', atMost: 25_000 },
    { name: 'quote-entry', value: brotliSize(await bundleCore('quote/quote-selection')), unit: 'bytes', atMost: 2_000 },
    { name: 'format-money-entry', value: brotliSize(await bundleCore('money/format-money')), unit: 'bytes', atMost: 600 },
  ];
}
