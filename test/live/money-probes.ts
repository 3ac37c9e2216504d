import Stripe from 'stripe';
import { outcome, type Probe } from './probe.ts';
import { monthlyPrice, payingCustomer } from './walk/section.ts';

const byCard = { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } } as const;
const lineAmounts = ({ lines }: Stripe.Invoice): string => lines.data.map(({ amount }) => amount).join(', ');

/** How Stripe rounds, and which currencies it counts in which unit. */
export const moneyProbes: readonly Probe[] = [
  {
    question: 'How is half a cent rounded in a proration (1001 and 2001 at the exact half of a day)?',
    async ask({ stripe }) {
      const [customer, price, better] = [
        await payingCustomer(stripe),
        await monthlyPrice(stripe, 1001, { recurring: { interval: 'day' } }),
        await monthlyPrice(stripe, 2001, { recurring: { interval: 'day' } }),
      ];
      const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price }] });
      const [item] = items.data;
      const preview = await stripe.invoices.createPreview({
        subscription: id,
        subscription_details: {
          items: [{ id: item?.id ?? '', price: better }],
          proration_behavior: 'always_invoice',
          proration_date: (item?.current_period_start ?? 0) + 43_200,
        },
      });
      return lineAmounts(preview);
    },
  },
  {
    question: 'How is a tax rounded that is included (3 lines of 999 with 19 %)?',
    async ask({ stripe }) {
      const customer = await payingCustomer(stripe);
      const { id: rate } = await stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: true });
      const preview = await stripe.invoices.createPreview({
        customer,
        currency: 'usd',
        invoice_items: [1, 2, 3].map(() => ({ amount: 999, currency: 'usd', tax_rates: [rate] })),
      });
      const each = preview.lines.data.map(({ taxes }) => taxes?.[0]?.amount ?? 0).join(', ');
      return `${each}; together ${preview.total_taxes?.[0]?.amount ?? 0}`;
    },
  },
  {
    question: 'How is a tax rounded that is added (3 lines of 150 with 5 %)?',
    async ask({ stripe }) {
      const customer = await payingCustomer(stripe);
      const { id: rate } = await stripe.taxRates.create({ display_name: 'Tax', percentage: 5, inclusive: false });
      const preview = await stripe.invoices.createPreview({
        customer,
        currency: 'usd',
        invoice_items: [1, 2, 3].map(() => ({ amount: 150, currency: 'usd', tax_rates: [rate] })),
      });
      const each = preview.lines.data.map(({ taxes }) => taxes?.[0]?.amount ?? 0).join(', ');
      return `${each}; together ${preview.total_taxes?.[0]?.amount ?? 0}`;
    },
  },
  {
    question: 'How is an amount off split over lines (100 off 3 lines of 333)?',
    async ask({ stripe }) {
      const customer = await payingCustomer(stripe);
      const { id: coupon } = await stripe.coupons.create({ amount_off: 100, currency: 'usd', duration: 'once' });
      const preview = await stripe.invoices.createPreview({
        customer,
        currency: 'usd',
        discounts: [{ coupon }],
        invoice_items: [1, 2, 3].map(() => ({ amount: 333, currency: 'usd' })),
      });
      return preview.lines.data.map(({ discount_amounts }) => discount_amounts?.[0]?.amount ?? 0).join(', ');
    },
  },
  {
    question: 'What does a quantity of 0 cost in tiers with a flat amount of 500, by volume and graduated?',
    async ask({ stripe }) {
      const customer = await payingCustomer(stripe);
      const amounts: string[] = [];
      for (const tiers_mode of ['volume', 'graduated'] as const) {
        const { id: price } = await stripe.prices.create({
          currency: 'usd',
          billing_scheme: 'tiered',
          tiers_mode,
          recurring: { interval: 'month' },
          product_data: { name: `Tiers ${tiers_mode}` },
          tiers: [
            { up_to: 5, unit_amount: 100, flat_amount: 500 },
            { up_to: 'inf', unit_amount: 80 },
          ],
        });
        const preview = await stripe.invoices.createPreview({ customer, subscription_details: { items: [{ price, quantity: 0 }] } });
        amounts.push(`${tiers_mode} ${preview.total}`);
      }
      return amounts.join(', ');
    },
  },
  {
    question: 'Is half of a cent in a decimal price rounded up (0.5 and 2.5 cents)?',
    async ask({ stripe }) {
      const customer = await payingCustomer(stripe);
      const amounts: number[] = [];
      for (const text of ['0.5', '2.5']) {
        const unit_amount_decimal = Stripe.Decimal.from(text);
        const { id: price } = await stripe.prices.create({
          currency: 'usd',
          unit_amount_decimal,
          recurring: { interval: 'month' },
          product_data: { name: 'Tiny' },
        });
        const preview = await stripe.invoices.createPreview({ customer, subscription_details: { items: [{ price, quantity: 1 }] } });
        amounts.push(preview.total);
      }
      return amounts.join(', ');
    },
  },
  {
    question: 'Which amounts do the special currencies take (1050 and 1000 in ISK, UGX, HUF, TWD and KWD)?',
    async ask({ stripe }) {
      const answers: string[] = [];
      for (const currency of ['isk', 'ugx', 'huf', 'twd', 'kwd']) {
        for (const amount of [105_050, 105_005, 100_000]) {
          const created = stripe.paymentIntents.create({ amount, currency, ...byCard });
          answers.push(`${currency} ${amount} ${await outcome(created)}`);
        }
      }
      return answers.join(', ');
    },
  },
];
