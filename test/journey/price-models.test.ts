/** A catalog of price models and a promotion code, the whole way in a real browser. */
import { afterEach, describe, expect, it } from 'vitest';
import { cards, payWith } from './hosted-page.ts';
import { openShop, seenEvents, type Shop } from './shop.ts';

const day = 86_400;
let shop: Shop;
afterEach(() => shop.close());

describe('price-models', () => {
  it('is chosen by its rules, explained, taken down by a code, paid as shown, and renewed without the code', async () => {
    shop = await openShop('price-models');
    const stripe = await shop.till.stripe();
    const { id: coupon } = await stripe.coupons.create({ name: 'Spring', percent_off: 20, duration: 'once' });
    await stripe.promotionCodes.create({ code: 'SPRING', promotion: { type: 'coupon', coupon } });

    const page = await shop.visit('/pricing-with-code');
    const receipt = page.locator('till-total');
    const total = () => receipt.locator('.sum dd').textContent();
    // 5 × 12.00 + 3 × 10.00 and 99.00 once
    await expect.poll(total).toBe('$189.00');
    // backup brings its storage along; 10 of the 50 gigabytes that are included
    await page.getByRole('checkbox', { name: 'Add Backup' }).check();
    await expect.poll(() => page.getByRole('spinbutton', { name: 'Storage' }).inputValue()).toBe('10');
    await page.getByRole('spinbutton', { name: 'Storage' }).fill('60');
    // of the two kinds of support the later one stays
    await page.getByRole('checkbox', { name: 'Add Support by chat' }).check();
    await page.getByRole('checkbox', { name: 'Add Support by telephone' }).check();
    expect(await page.getByRole('checkbox', { name: 'Add Support by chat' }).isChecked()).toBe(false);
    // 90.00 + 10 × 0.125 + 99.00 + 7.00 + 99.00
    await expect.poll(total).toBe('$296.25');
    await receipt.getByText('50 included + 10 × $0.125').waitFor();

    await page.getByLabel('Promotion code').fill('spring');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(total).toBe('$237.00');
    await receipt.getByText('Then $197.25 a month.').waitFor();

    await page
      .getByRole('button', { name: /^Subscribe$/u })
      .first()
      .click();
    await page.waitForURL(/\/c\/pay\//u);
    await expect.poll(() => page.locator('body').innerText()).toContain('$237.00');
    await payWith(page, cards.success, 'ada@example.com');
    await page.getByRole('heading', { name: 'Thank you, you are all set.' }).waitFor();
    const { subscriptionId = '' } = (await seenEvents(page)).find(({ type }) => type === 'till-checkout-complete') ?? {};
    await shop.till.settle();
    const invoices = async () => (await stripe.invoices.list({ subscription: subscriptionId, limit: 5 })).data;
    expect((await invoices())[0]!.amount_paid).toBe(23_700);

    // the coupon was for the first payment
    await shop.till.advance(32 * day);
    expect((await invoices())[0]!.amount_paid).toBe(19_725);
  });
});
