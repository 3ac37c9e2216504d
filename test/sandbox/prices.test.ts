import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { stand } from './stand.ts';

type Terms = Omit<Stripe.PriceCreateParams, 'currency' | 'product_data' | 'recurring'>;

/** What a first invoice would charge for a quantity of a monthly price. */
async function costOf(terms: Terms, quantities: readonly number[]): Promise<number[]> {
  const { stripe } = stand();
  const price = await stripe.prices.create({ currency: 'usd', product_data: { name: 'A' }, recurring: { interval: 'month' }, ...terms });
  const costs: number[] = [];
  for (const quantity of quantities) {
    const { total } = await stripe.invoices.createPreview({
      currency: 'usd',
      subscription_details: { items: [{ price: price.id, quantity }] },
    });
    costs.push(total);
  }
  return costs;
}
const tiers = [
  { up_to: 5, unit_amount: 500 },
  { up_to: 10, unit_amount: 450, flat_amount: 100 },
  { up_to: 'inf' as const, unit_amount: 400 },
];

describe('a tiered price', () => {
  it('prices each tier’s own units when it is graduated', async () => {
    expect(await costOf({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers }, [0, 1, 5, 6, 12])).toEqual([
      0,
      500,
      2500,
      3050,
      2500 + 2350 + 800,
    ]);
  });

  it('prices all units at the tier of the whole quantity when it is volume', async () => {
    expect(await costOf({ billing_scheme: 'tiered', tiers_mode: 'volume', tiers }, [1, 5, 6, 11])).toEqual([500, 2500, 2800, 4400]);
  });

  it('costs what its units cost one by one', async () => {
    const steps = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });
    const amounts = fc.array(fc.nat(999), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, amounts, fc.integer({ min: 1, max: 60 }), async (ends, units, quantity) => {
        const sorted = [...ends.toSorted((a, b) => a - b), 'inf' as const];
        const list = sorted.map((up_to, index) => ({ up_to, unit_amount: units[index]! }));
        let sum = 0;
        for (let unit = 1; unit <= quantity; unit += 1) sum += list.find(({ up_to }) => up_to === 'inf' || unit <= up_to)!.unit_amount;
        expect(await costOf({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: list }, [quantity])).toEqual([sum]);
      }),
      { numRuns: 40 },
    );
  });

  it('shows its tiers only when they are asked for', async () => {
    const { stripe } = stand();
    const created = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'A' },
      billing_scheme: 'tiered',
      tiers_mode: 'volume',
      tiers,
      currency_options: { eur: { tiers: [{ up_to: 'inf', unit_amount_decimal: '0.5' as unknown as Stripe.Decimal }] } },
    });
    expect(created).not.toHaveProperty('tiers');
    expect(created).toMatchObject({ unit_amount: null, unit_amount_decimal: null, tiers_mode: 'volume' });
    const { tiers: shown, currency_options } = await stripe.prices.retrieve(created.id, {
      expand: ['tiers', 'currency_options.eur.tiers'],
    });
    expect(shown?.map(({ up_to }) => up_to)).toEqual([5, 10, null]);
    expect(String(currency_options?.eur?.tiers?.[0]?.unit_amount_decimal)).toBe('0.5');
  });

  it.each<[string, Terms]>([
    ['without a mode', { billing_scheme: 'tiered', tiers }],
    ['without an open end', { billing_scheme: 'tiered', tiers_mode: 'volume', tiers: tiers.slice(0, 2) }],
    ['out of order', { billing_scheme: 'tiered', tiers_mode: 'volume', tiers: [tiers[1]!, tiers[0]!, tiers[2]!] }],
    ['with a unit amount beside it', { billing_scheme: 'tiered', tiers_mode: 'volume', tiers, unit_amount: 5 }],
    ['in packages', { billing_scheme: 'tiered', tiers_mode: 'volume', tiers, transform_quantity: { divide_by: 10, round: 'up' } }],
  ])('is refused %s', async (_, terms) => {
    const { stripe } = stand();
    await expect(stripe.prices.create({ currency: 'usd', product_data: { name: 'A' }, ...terms })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});

describe('a price in packages', () => {
  it('rounds the number of packages as it says', async () => {
    expect(await costOf({ unit_amount: 700, transform_quantity: { divide_by: 1000, round: 'up' } }, [1, 1000, 1001])).toEqual([
      700, 700, 1400,
    ]);
    expect(await costOf({ unit_amount: 700, transform_quantity: { divide_by: 1000, round: 'down' } }, [999, 1999])).toEqual([0, 700]);
  });
});
