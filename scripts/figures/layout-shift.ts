import { snippet } from '@tillkit/server/ops/snippet';
import { readCatalogFile } from '@tillkit/server/catalog/read-catalog-file';
import { at } from '../paths.ts';
import { withBrowser } from './browser.ts';
import type { Figure } from './figure.ts';
import { scriptFiles } from './first-paint.ts';
import { serveFiles } from './page-server.ts';
import { wireCatalog } from './wire-catalog.ts';

const widths = [360, 768, 1024, 1440];

/**
 * How much moves when the script comes a second late and content stands below: the page is what `till snippet` prints.
 * The browser's own cumulative layout shift, in a window so high that everything below is in sight.
 */
export async function measureLayoutShift(): Promise<Figure[]> {
  const pasted = snippet(await readCatalogFile(at('examples/catalogs/team-suite.json')), '');
  const below = '<h2>Questions</h2><p>What stands below the prices.</p>'.repeat(20);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bench</title><body style="font:16px/1.5 sans-serif"><h1>Prices</h1>${pasted}${below}</body></html>`;
  const server = await serveFiles({ ...scriptFiles(wireCatalog('team-suite'), 1000), '/': { type: 'text/html', text: page } });
  const shifts = await withBrowser(async (browser) => {
    const found: number[] = [];
    for (const width of widths) {
      const context = await browser.newContext({ viewport: { width, height: 3000 } });
      const tab = await context.newPage();
      await tab.addInitScript(() => {
        const seen: number[] = [];
        Object.assign(globalThis, { shifts: seen });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) seen.push((entry as PerformanceEntry & { readonly value: number }).value);
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await tab.goto(server.url);
      await tab.locator('till-plan-picker input[name=plan]').first().waitFor();
      await tab.waitForTimeout(500);
      found.push(await tab.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts.reduce((sum, shift) => sum + shift, 0)));
      await context.close();
    }
    return found;
  });
  await server.close();
  return shifts.map((value, index) => ({ name: `layout-shift-${widths[index]}`, value, unit: '', atMost: 0 }));
}
