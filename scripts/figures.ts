/**
 * `npm run figures`: every measured promise, one line each, with its issue's number: `2.name: value (bar) ok|short`.
 *
 * Promise: timings are ratios to a reference in the same run, because no two machines are alike; exits 1 when one falls short.
 */
import { buildScriptTag, isScriptTagFresh } from './build/script-tag.ts';
import { measureAccessibility } from './figures/accessibility.ts';
import { measureContract } from './figures/contract.ts';
import { isKept, toLine, type Figure } from './figures/figure.ts';
import { measureFirstPaint } from './figures/first-paint.ts';
import { measureLayoutShift } from './figures/layout-shift.ts';
import { measureMoneyText } from './figures/money-text.ts';
import { measureDefaultServer } from './figures/default-server.ts';
import { measureOperations } from './figures/operations.ts';
import { measureEngine } from './figures/quote-engine.ts';
import { measureQuote } from './figures/quote-speed.ts';
import { measureSandbox } from './figures/sandbox-speed.ts';
import { measureReliability } from './figures/reliability.ts';
import { measureServer } from './figures/server.ts';
import { measureShownAndCharged } from './figures/shown-and-charged.ts';
import { measureSizes } from './figures/sizes.ts';
import { measureSoak } from './figures/soak.ts';
import { measureSourceLines } from './figures/source-lines.ts';
import { measureStart } from './figures/start-time.ts';

/** Groups in the order of the issue; names as arguments choose some. */
const groups: Readonly<Record<string, () => Promise<Figure[]>>> = {
  start: measureStart,
  sizes: async () => {
    if (!isScriptTagFresh()) await buildScriptTag();
    return measureSizes();
  },
  'first-paint': measureFirstPaint,
  'layout-shift': measureLayoutShift,
  quote: measureQuote,
  'money-text': measureMoneyText,
  'default-server': measureDefaultServer,
  server: measureServer,
  accessibility: measureAccessibility,
  'source-lines': measureSourceLines,
  contract: measureContract,
  engine: measureEngine,
  sandbox: measureSandbox,
  soak: measureSoak,
  reliability: measureReliability,
  operations: measureOperations,
  'shown-and-charged': measureShownAndCharged,
};

/** The figures of one group; a group that cannot be measured falls short, and the others are still measured. */
async function print(name: string, measure: () => Promise<Figure[]>): Promise<void> {
  try {
    const figures = await measure();
    for (const figure of figures) console.log(toLine(figure));
    if (!figures.every(isKept)) process.exitCode = 1;
  } catch (error) {
    console.error(error);
    console.log(`${name}: not measured (see above) short`);
    process.exitCode = 1;
  }
}

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(groups)) if (wanted.length === 0 || wanted.includes(name)) await print(name, measure);
