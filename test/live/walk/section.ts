/** A part of the walk through the API: calls that belong together, written with the SDK's own methods. */
import type Stripe from 'stripe';

export interface Stage {
  readonly stripe: Stripe;
  /** A word of letters and digits that no earlier run has used: for codes and keys that must be unique in an account. */
  readonly unique: string;
  /** The account's time, in unix seconds. */
  now(): number;
  /** Turns a test clock and waits until it stands. */
  advance(clock: string, to: number): Promise<void>;
}

export interface Section {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** A test clock at the account's time with a customer on it who pays by a card that works. */
export async function clockedCustomer({ stripe, now }: Stage): Promise<{ readonly clock: string; readonly customer: string }> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now(), name: 'contract' });
  const customer = await payingCustomer(stripe, { test_clock: clock.id });
  return { clock: clock.id, customer };
}

/** A customer whose default payment method is a card that works. */
export async function payingCustomer(stripe: Stripe, more: Stripe.CustomerCreateParams = {}): Promise<string> {
  const { id } = await stripe.customers.create({
    email: 'ada@example.com',
    name: 'Ada Example',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    ...more,
  });
  return id;
}

/** A price by the month, with a product of its own. */
export async function monthlyPrice(stripe: Stripe, amount = 2900, more: Partial<Stripe.PriceCreateParams> = {}): Promise<string> {
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: amount,
    recurring: { interval: 'month' },
    product_data: { name: `Plan ${amount}` },
    ...more,
  });
  return price.id;
}
