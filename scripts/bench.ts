/** `npm run bench`: the timings among the figures with their spread; names as arguments choose some. Nothing here fails. */
import { buildScriptTag, isScriptTagFresh } from './build/script-tag.ts';
import { toSpread, type Figure } from './figures/figure.ts';
import { measureFirstPaint } from './figures/first-paint.ts';
import { measureEngine } from './figures/quote-engine.ts';
import { measureQuote } from './figures/quote-speed.ts';
import { measureSandbox } from './figures/sandbox-speed.ts';
import { measureServer } from './figures/server.ts';

const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'first-paint': measureFirstPaint,
  quote: measureQuote,
  engine: measureEngine,
  server: measureServer,
  sandbox: measureSandbox,
};

const wanted = process.argv.slice(2);
if (!isScriptTagFresh()) await buildScriptTag();
for (const [name, measure] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const figure of await measure()) console.log(toSpread(figure));
}
