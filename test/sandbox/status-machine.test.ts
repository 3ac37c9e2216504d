import type { Stripe } from 'stripe';
import { afterAll, describe, expect, it } from 'vitest';
import type { SandboxOptions } from '@tillkit/sandbox';
import { customerWith, day, priced, stand, start } from './stand.ts';

/** Every transition of a subscription's status; a test that reaches one crosses it off. */
const transitions = [
  'begins active',
  'begins incomplete',
  'begins trialing',
  'begins not at all',
  'incomplete → active',
  'incomplete → incomplete_expired',
  'trialing → active',
  'trialing → past_due',
  'trialing → canceled',
  'trialing → paused',
  'active → past_due',
  'active → canceled at the end of the period',
  'active → canceled now',
  'active → paused',
  'past_due → active',
  'past_due → canceled',
  'past_due → unpaid',
  'past_due → past_due',
  'unpaid → active',
  'paused → active',
  'sent invoice overdue → past_due',
  'pending update → applied',
  'pending update → expired',
] as const;
type Transition = (typeof transitions)[number];
const reached = new Set<Transition>();

const fails = 'pm_card_chargeCustomerFail';

async function begin(token: string | null, more: Partial<Stripe.SubscriptionCreateParams> = {}, options: SandboxOptions = {}) {
  const made = stand({ retryScheduleDays: [1, 2], ...options });
  const { stripe, sandbox } = made;
  const customer = token === null ? await stripe.customers.create({}) : await customerWith(stripe, token);
  const price = await priced(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...more });
  const status = async () => (await stripe.subscriptions.retrieve(subscription.id)).status;
  const useCard = async (card: string) => {
    const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  };
  const invoices = async () => (await stripe.invoices.list({ subscription: subscription.id, limit: 20 })).data;
  return { ...made, sandbox, customer, price, subscription, status, useCard, invoices };
}
const trial = (missing_payment_method: 'cancel' | 'pause' | 'create_invoice' = 'cancel') =>
  ({
    trial_period_days: 14,
    trial_settings: { end_behavior: { missing_payment_method } },
  }) satisfies Partial<Stripe.SubscriptionCreateParams>;

describe('a subscription', () => {
  it('begins active when its first invoice is paid', async () => {
    const { status, invoices } = await begin('pm_card_visa');
    expect([await status(), (await invoices())[0]!.status]).toEqual(['active', 'paid']);
    reached.add('begins active');
  });

  it.each(['allow_incomplete', 'default_incomplete'] as const)('begins incomplete when it is not, under %s', async (payment_behavior) => {
    const { subscription } = await begin(fails, { payment_behavior });
    expect(subscription.status).toBe('incomplete');
    reached.add('begins incomplete');
  });

  it('does not begin at all under error_if_incomplete', async () => {
    const { stripe } = stand();
    const customer = await customerWith(stripe, fails);
    const price = await priced(stripe);
    const wish = { customer: customer.id, items: [{ price: price.id }], payment_behavior: 'error_if_incomplete' } as const;
    await expect(stripe.subscriptions.create({ ...wish, items: [...wish.items] })).rejects.toMatchObject({ statusCode: 402 });
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
    expect((await stripe.invoices.list()).data).toEqual([]);
    reached.add('begins not at all');
  });

  it('does not begin for a customer without any payment method, unless the page is to ask for one', async () => {
    await expect(begin(null)).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect((await begin(null, { payment_behavior: 'default_incomplete' })).subscription.status).toBe('incomplete');
  });

  it('becomes active when it is paid within 23 hours', async () => {
    const { stripe, sandbox, subscription, status, useCard } = await begin(fails);
    await sandbox.clock.advance(22 * 3600);
    await useCard('pm_card_visa');
    await stripe.invoices.pay(subscription.latest_invoice as string);
    expect(await status()).toBe('active');
    reached.add('incomplete → active');
  });

  it('expires after 23 hours, and its invoice is voided', async () => {
    const { sandbox, status, invoices } = await begin(fails);
    await sandbox.clock.advance(23 * 3600 - 60);
    expect(await status()).toBe('incomplete');
    await sandbox.clock.advance(120);
    expect([await status(), (await invoices())[0]!.status]).toEqual(['incomplete_expired', 'void']);
    reached.add('incomplete → incomplete_expired');
  });

  it('lets only metadata and the payment method be changed while it is incomplete', async () => {
    const { stripe, subscription } = await begin(fails);
    const item = subscription.items.data[0]!;
    await expect(stripe.subscriptions.update(subscription.id, { items: [{ id: item.id, quantity: 2 }] })).rejects.toMatchObject({
      statusCode: 400,
    });
    expect((await stripe.subscriptions.update(subscription.id, { metadata: { a: 'b' } })).metadata).toEqual({ a: 'b' });
  });

  it('begins trialing with a paid invoice of 0, and is active after the trial', async () => {
    const { sandbox, subscription, status, invoices } = await begin('pm_card_visa', trial());
    expect([subscription.status, subscription.billing_cycle_anchor]).toEqual(['trialing', subscription.trial_end]);
    expect((await invoices())[0]).toMatchObject({ total: 0, status: 'paid', billing_reason: 'subscription_create' });
    reached.add('begins trialing');
    await sandbox.clock.advance(11 * day - 60);
    expect(sandbox.events().some(({ type }) => type === 'customer.subscription.trial_will_end')).toBe(false);
    await sandbox.clock.advance(120);
    expect(sandbox.events().some(({ type }) => type === 'customer.subscription.trial_will_end')).toBe(true);
    await sandbox.clock.advance(3 * day + 7200);
    expect([await status(), (await invoices())[0]!.amount_paid]).toEqual(['active', 2900]);
    reached.add('trialing → active');
  });

  it('is past due after a trial when the card is declined', async () => {
    const { sandbox, status } = await begin(fails, trial());
    await sandbox.clock.advance(14 * day + 7200);
    expect(await status()).toBe('past_due');
    reached.add('trialing → past_due');
  });

  it('is past due after a trial without a card under create_invoice', async () => {
    const { sandbox, status } = await begin(null, trial('create_invoice'));
    await sandbox.clock.advance(14 * day + 7200);
    expect(await status()).toBe('past_due');
  });

  it('is canceled after a trial without a card under cancel, without an invoice', async () => {
    const { sandbox, status, invoices } = await begin(null, trial('cancel'));
    await sandbox.clock.advance(14 * day + 7200);
    expect([await status(), (await invoices()).length]).toEqual(['canceled', 1]);
    reached.add('trialing → canceled');
  });

  it('is paused after a trial without a card under pause, and active when it is resumed', async () => {
    const { stripe, sandbox, subscription, status, useCard, invoices } = await begin(null, trial('pause'));
    await sandbox.clock.advance(60 * day);
    expect([await status(), (await invoices()).length]).toEqual(['paused', 1]);
    reached.add('trialing → paused');
    await useCard('pm_card_visa');
    await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'now' } });
    expect(await status()).toBe('active');
    reached.add('paused → active');
  });

  it('is past due when a renewal fails, and active when a retry succeeds', async () => {
    const { sandbox, status, useCard } = await begin('pm_card_visa');
    await useCard(fails);
    await sandbox.clock.advanceTo(start + 31 * day + 7200);
    expect(await status()).toBe('past_due');
    reached.add('active → past_due');
    await useCard('pm_card_visa');
    await sandbox.clock.advance(day);
    expect(await status()).toBe('active');
    reached.add('past_due → active');
  });

  it.each(['cancel', 'unpaid', 'past_due'] as const)('goes where the account says when retries are used up: %s', async (afterRetries) => {
    const { stripe, sandbox, status, useCard, invoices } = await begin('pm_card_visa', {}, { afterRetries });
    await useCard(fails);
    await sandbox.clock.advanceTo(start + 36 * day);
    expect(await status()).toBe(afterRetries === 'cancel' ? 'canceled' : afterRetries);
    reached.add(afterRetries === 'cancel' ? 'past_due → canceled' : `past_due → ${afterRetries}`);
    if (afterRetries !== 'unpaid') return;
    await sandbox.clock.advanceTo(start + 62 * day);
    const [draft, open] = await invoices();
    expect([draft!.status, open!.status]).toEqual(['draft', 'open']);
    await useCard('pm_card_visa');
    await stripe.invoices.pay(open!.id);
    expect(await status()).toBe('active');
    reached.add('unpaid → active');
  });

  it('runs to the end of its period when it is canceled for then, and on when that is taken back', async () => {
    const { stripe, sandbox, subscription, status } = await begin('pm_card_visa');
    const canceled = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect([canceled.status, canceled.cancel_at, canceled.canceled_at]).toEqual(['active', start + 31 * day, start]);
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
    await sandbox.clock.advanceTo(start + 32 * day);
    expect(await status()).toBe('active');
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await sandbox.clock.advanceTo(start + 60 * day);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'canceled', ended_at: start + 59 * day });
    reached.add('active → canceled at the end of the period');
  });

  it('ends at once, with what is left as credit where that is asked for, and takes no change afterwards', async () => {
    const { stripe, sandbox, subscription, customer } = await begin('pm_card_visa');
    await sandbox.clock.advance(15.5 * day);
    await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true });
    reached.add('active → canceled now');
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -1450 });
    const change = stripe.subscriptions.update(subscription.id, { description: 'too late' });
    await expect(change).rejects.toMatchObject({ code: 'invalid_canceled_subscription_fields' });
  });

  it('is paused on request and active again when it is resumed', async () => {
    const { stripe, sandbox, subscription, status } = await begin('pm_card_visa');
    await stripe.subscriptions.pause(subscription.id, { type: 'subscription' });
    expect(await status()).toBe('paused');
    reached.add('active → paused');
    await sandbox.clock.advance(40 * day);
    await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'now' } });
    expect(await status()).toBe('active');
  });

  it('is previewed as the invoice that resuming makes, and stays paused', async () => {
    const { stripe, sandbox, subscription, status } = await begin('pm_card_visa');
    await stripe.subscriptions.pause(subscription.id, { type: 'subscription' });
    await sandbox.clock.advance(10 * day);
    const shown = await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: { resume_at: 'now' } });
    expect([shown.status, await status()]).toEqual(['draft', 'paused']);
    await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'now' } });
    const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(invoice).toMatchObject({ total: shown.total, amount_due: shown.amount_due, billing_reason: 'subscription_update' });
  });

  it.each([
    ['keep_as_draft', 'draft'],
    ['mark_uncollectible', 'uncollectible'],
    ['void', 'void'],
  ] as const)('keeps its status while collection is paused; its invoices: %s', async (behavior, outcome) => {
    const { stripe, sandbox, subscription, status, invoices } = await begin('pm_card_visa');
    await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior, resumes_at: start + 50 * day } });
    await sandbox.clock.advanceTo(start + 32 * day);
    expect([await status(), (await invoices())[0]!.status]).toEqual(['active', outcome]);
    await sandbox.clock.advanceTo(start + 60 * day);
    expect((await invoices())[0]).toMatchObject({ status: 'paid', amount_paid: 2900 });
  });

  it.each(['applied', 'expired'] as const)('keeps a change that must be paid first until it is: %s', async (outcome) => {
    const { stripe, sandbox, subscription, useCard } = await begin('pm_card_visa');
    await useCard(fails);
    const item = subscription.items.data[0]!;
    const pending = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 3 }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    expect([pending.items.data[0]!.quantity, pending.pending_update?.subscription_items?.[0]?.quantity]).toEqual([1, 3]);
    if (outcome === 'applied') {
      await useCard('pm_card_visa');
      await stripe.invoices.pay(pending.latest_invoice as string);
    } else await sandbox.clock.advance(24 * 3600);
    const after = await stripe.subscriptions.retrieve(subscription.id);
    expect([after.pending_update, after.items.data[0]!.quantity]).toEqual([null, outcome === 'applied' ? 3 : 1]);
    expect(sandbox.events().some(({ type }) => type === `customer.subscription.pending_update_${outcome}`)).toBe(true);
    if (outcome === 'expired') expect((await stripe.invoices.retrieve(pending.latest_invoice as string)).status).toBe('void');
    reached.add(`pending update → ${outcome}`);
  });

  it('is past due when a sent invoice is not paid by its day, and active when it is paid', async () => {
    const { stripe, sandbox, status, invoices } = await begin(null, { collection_method: 'send_invoice', days_until_due: 7 });
    expect(await status()).toBe('active');
    await sandbox.clock.advance(8 * day);
    expect(await status()).toBe('past_due');
    await stripe.invoices.pay((await invoices())[0]!.id, { paid_out_of_band: true });
    expect(await status()).toBe('active');
    reached.add('sent invoice overdue → past_due');
  });

  afterAll(() => expect(transitions.filter((transition) => !reached.has(transition))).toEqual([]));
});
