import { defaultSelection } from '@tillkit/core/selection/choose';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type * as QuoteSelection from '@tillkit/core/quote/quote-selection';
import { at } from '../paths.ts';
import { median, withBrowser } from './browser.ts';
import { bundleSource } from './bundle-source.ts';
import type { Figure } from './figure.ts';
import { wireCatalog } from './wire-catalog.ts';

const [recurring, oneTime] = [14, 10];

/** The fixture with exactly 14 recurring and 10 one-time add-ons, and a selection that holds them all. */
export function largeOrder(): { catalog: Catalog; selection: PlanSelection } {
  const wire = wireCatalog('everything');
  const addOns = wire.addOns.slice(0, recurring + oneTime).map((addOn, index) => {
    const { id, amounts } = addOn.prices[0] ?? { id: addOn.id, amounts: {} };
    const prices =
      index < recurring ? wire.intervals.map((interval) => ({ id: `${id}-${interval}`, interval, amounts })) : [{ id, amounts }];
    return { ...addOn, prices };
  });
  const catalog = { ...wire, addOns };
  const first = defaultSelection(catalog);
  if (!first.ok || !('planId' in first.selection) || addOns.length < recurring + oneTime)
    throw new Error('examples/catalogs/everything.json has no such order');
  const quantities = Object.fromEntries(addOns.map(({ id, quantity }) => [id, Math.max(quantity.min, quantity.step)]));
  return { catalog, selection: { ...first.selection, addOns: quantities } };
}

/** Time of one quote in Chromium: batches of 1,000, because a browser's clock is coarse; the median of 100 batches after a warm-up. */
export async function measureQuote(): Promise<Figure[]> {
  const code = await bundleSource(at('packages/core/src/quote/quote-selection.ts'));
  const batches = await withBrowser(async (browser) => {
    const page = await browser.newPage();
    return page.evaluate(
      async ({ code, catalog, selection }) => {
        const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
        const { quoteSelection } = (await import(url)) as typeof QuoteSelection;
        const lines = quoteSelection(catalog, selection).lines.length;
        const batch = (): number => {
          const started = performance.now();
          let seen = 0; // every result is looked at, so that none can be optimized away
          for (let count = 0; count < 1000; count += 1) seen += quoteSelection(catalog, selection).lines.length;
          if (seen !== lines * 1000 || lines !== 25) throw new Error(`quotes with ${lines} lines instead of 25`);
          return performance.now() - started; // milliseconds a thousand are microseconds each
        };
        for (let warm = 0; warm < 10; warm += 1) batch();
        return Array.from({ length: 100 }, batch);
      },
      { code, ...largeOrder() },
    );
  });
  return [{ name: 'quote-24-add-ons', value: median(batches), unit: 'µs', atMost: 20, values: batches }];
}
