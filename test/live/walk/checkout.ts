import { monthlyPrice, payingCustomer, type Section } from './section.ts';

const pages = { success_url: 'https://shop.example/done', cancel_url: 'https://shop.example/' } as const;

/** Checkout sessions in every form. */
export const checkoutSections: readonly Section[] = [
  {
    name: 'hosted checkout of a subscription',
    async run({ stripe }) {
      const price = await monthlyPrice(stripe);
      const session = await stripe.checkout.sessions.create({
        mode: 'subscription',
        line_items: [{ price, quantity: 1, adjustable_quantity: { enabled: true, minimum: 1, maximum: 9 } }],
        allow_promotion_codes: true,
        subscription_data: { metadata: { by: 'walk' }, trial_period_days: 7 },
        ...pages,
      });
      await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items', 'customer', 'subscription'] });
      await stripe.checkout.sessions.listLineItems(session.id, { limit: 5 });
      await stripe.checkout.sessions.update(session.id, { metadata: { seen: 'yes' } });
      await stripe.checkout.sessions.list({ limit: 2 });
      await stripe.checkout.sessions.expire(session.id);
    },
  },
  {
    name: 'checkout in the page',
    async run({ stripe }) {
      const [customer, price, more] = [await payingCustomer(stripe), await monthlyPrice(stripe), await monthlyPrice(stripe, 500)];
      const session = await stripe.checkout.sessions.create({
        ui_mode: 'elements',
        mode: 'subscription',
        customer,
        line_items: [{ price, quantity: 1 }],
        return_url: 'https://shop.example/done',
      });
      const { line_items } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
      const first = line_items?.data[0]?.id ?? '';
      await stripe.checkout.sessions.update(session.id, {
        line_items: [
          { id: first, quantity: 2 },
          { price: more, quantity: 1 },
        ],
      });
    },
  },
  {
    name: 'embedded checkout page, payment and setup',
    async run({ stripe }) {
      const customer = await payingCustomer(stripe);
      await stripe.checkout.sessions.create({
        ui_mode: 'embedded_page',
        mode: 'payment',
        customer,
        line_items: [{ price_data: { currency: 'usd', unit_amount: 1900, product_data: { name: 'A book' } }, quantity: 2 }],
        return_url: 'https://shop.example/done',
      });
      await stripe.checkout.sessions.create({ mode: 'setup', currency: 'usd', customer, ...pages });
    },
  },
];
