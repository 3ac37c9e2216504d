/** Threat 34: the widgets on a page that allows no inline script, no inline style and no text that becomes code. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop('team-suite');
});
afterAll(() => shop.close());

/** What the browser refused since the page was opened. */
async function refusals(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);
}

async function open(path: string): Promise<Page> {
  const page = await shop.visit('/healthy'); // any page: the watcher below must be there before the strict one
  await page.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(globalThis, { refused });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      refused.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await page.goto(shop.site + path);
  return page;
}

describe('a page with a strict content security policy', () => {
  it('shows prices, lets a plan be chosen and leads to the checkout', async () => {
    const page = await open('/strict/pricing');
    await page.getByRole('radio', { name: /Company/u }).check({ force: true });
    await page.getByText('$79.00').first().waitFor();
    const leaving = page.waitForURL(/\/c\/pay\//u);
    expect(await refusals(page)).toEqual([]);
    await page
      .getByRole('button', { name: /checkout|continue|pay|subscribe|start/iu })
      .last()
      .click();
    await leaving;
  });

  it('shows the panel of somebody who is signed in', async () => {
    const page = await open('/strict/members/account?sub=strict');
    await page
      .locator('till-subscription-panel')
      .getByText(/no subscription|nothing/iu)
      .first()
      .waitFor();
    expect(await refusals(page)).toEqual([]);
  });

  it('would tell: markup made of a text is refused there', async () => {
    const page = await open('/strict/pricing');
    await page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>x</b>';
      } catch {
        // refused, as it should be
      }
    });
    expect((await refusals(page)).length).toBeGreaterThan(0);
  });
});
