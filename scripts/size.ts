/** `npm run size`: what a page has to fetch, in bytes of brotli; exits 1 above a bar. The build fails when till.js needs a second request. */
import { buildScriptTag, isScriptTagFresh } from './build/script-tag.ts';
import { report } from './figures/figure.ts';
import { measureSizes } from './figures/sizes.ts';

if (!isScriptTagFresh()) await buildScriptTag();
report(await measureSizes());
