import type { Catalog, PriceModel } from '@tillkit/core/catalog/catalog';
import type * as QuoteExactly from '@tillkit/core/quote/quote-exactly';
import type { QuoteOptions } from '@tillkit/core/quote/quote';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import { at } from '../paths.ts';
import { median, withBrowser } from './browser.ts';
import { bundleSource } from './bundle-source.ts';
import type { Figure } from './figure.ts';
import { largeOrder } from './quote-speed.ts';

type Quote = typeof QuoteExactly.quoteExactly;

/** An order of 24 add-ons in every pricing model, with two discounts and two taxes. */
function mixedOrder(): { catalog: Catalog; selection: PlanSelection; options: QuoteOptions } {
  const { catalog, selection } = largeOrder();
  const { currency } = selection;
  const models: readonly (PriceModel | undefined)[] = [
    undefined,
    { unitAmounts: { [currency]: '12.345' } },
    {
      tiersMode: 'graduated',
      tiers: {
        [currency]: [
          { upTo: 3, unitAmount: '500' },
          { upTo: null, unitAmount: '450', flatAmount: '100' },
        ],
      },
    },
    {
      tiersMode: 'volume',
      tiers: {
        [currency]: [
          { upTo: 3, unitAmount: '0.5' },
          { upTo: null, unitAmount: '0.25' },
        ],
      },
    },
    { transformQuantity: { divideBy: 10, round: 'up' } },
  ];
  const addOns = catalog.addOns.map((addOn, index) => {
    const model = models[index % models.length];
    return { ...addOn, prices: addOn.prices.map((price) => ({ ...price, ...(model && { model }) })) };
  });
  const duration = 'forever' as const;
  return {
    catalog: { ...catalog, addOns, extended: true },
    selection,
    options: {
      trialAvailable: false,
      discounts: [
        { id: 'a', name: 'Ten percent', percentOff: '10', duration },
        { id: 'b', name: 'Five off', amountsOff: { [currency]: 500 }, duration },
      ],
      taxRates: [
        { id: 'x', name: 'VAT', percentage: '19', inclusive: false },
        { id: 'y', name: 'Levy', percentage: '1.5', inclusive: true },
      ],
    },
  };
}

/** Runs in Node and in a browser: microseconds of one quote in batches, both engines in turn. */
async function race(sources: readonly string[], catalog: Catalog, selection: PlanSelection, options: QuoteOptions): Promise<number[][]> {
  const engines: Quote[] = [];
  for (const source of sources) {
    const { quoteExactly } = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as typeof QuoteExactly;
    engines.push(quoteExactly);
  }
  const batch = (quote: Quote): number => {
    const started = performance.now();
    let lines = 0; // every result is looked at, so that none can be optimized away
    for (let count = 0; count < 500; count += 1) lines += quote(catalog, selection, options).lines.length;
    if (lines !== 25 * 500) throw new Error(`quotes with ${lines / 500} lines instead of 25`);
    return (performance.now() - started) * 2;
  };
  for (let warm = 0; warm < 10; warm += 1) engines.map(batch);
  const times: number[][] = engines.map(() => []);
  for (let run = 0; run < 60; run += 1) engines.forEach((quote, index) => times[index]!.push(batch(quote)));
  return times;
}

/** Our exact engine against the same engine on floating-point numbers, in one run; and how long 24 add-ons take. */
export async function measureEngine(): Promise<Figure[]> {
  const entry = at('packages/core/src/quote/quote-exactly.ts');
  const sources = [
    await bundleSource(entry),
    await bundleSource(
      entry,
      {},
      { 'money/exact.ts': at('scripts/bench/engine/float-exact.ts'), './exact.ts': at('scripts/bench/engine/float-exact.ts') },
    ),
  ];
  const { catalog, selection, options } = mixedOrder();
  const inNode = await race(sources, catalog, selection, options);
  const [inChromium, plain] = await withBrowser(async (browser) => {
    const page = await browser.newPage();
    const run = (with_: QuoteOptions): Promise<number[][]> =>
      page.evaluate(`(${race.toString()})(...${JSON.stringify([sources, catalog, selection, with_])})`);
    return [await run(options), await run({ trialAvailable: false })];
  });
  const issue = 3;
  const ratio = ([exact = [], float = []]: number[][]): number => median(exact) / median(float);
  return [
    { issue, name: 'quote-node-against-float', value: ratio(inNode), unit: '×', atMost: 5 },
    { issue, name: 'quote-chromium-against-float', value: ratio(inChromium), unit: '×', atMost: 5 },
    { issue, name: 'quote-24-add-ons-all-models', value: median(plain[0] ?? []), unit: 'µs', atMost: 20, values: plain[0] ?? [] },
    { issue, name: 'quote-24-add-ons-with-codes-and-taxes', value: median(inChromium[0] ?? []), unit: 'µs', values: inChromium[0] ?? [] },
    { issue, name: 'quotes-a-second-node', value: 1e6 / median(inNode[0] ?? []), unit: '' },
  ];
}
