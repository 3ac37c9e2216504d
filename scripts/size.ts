/**
 * `npm run size`: what a page has to fetch, in bytes of brotli; exits 1 above a bar. `npm run size -- modules` also tells
 * what each source file costs. (The build itself fails when till.js needs a second request.)
 */
import { buildScriptTag, isScriptTagFresh } from './build/script-tag.ts';
import { report } from './figures/figure.ts';
import { measureModules } from './figures/module-costs.ts';
import { measureSizes } from './figures/sizes.ts';

if (!isScriptTagFresh()) await buildScriptTag();
if (process.argv.includes('modules'))
  for (const { chunk, path, bytes } of await measureModules()) console.log(`${String(bytes).padStart(6)}  ${chunk.padEnd(28)} ${path}`);
report(await measureSizes());
