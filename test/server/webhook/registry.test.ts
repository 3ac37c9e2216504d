/** Which events are handled, and what each is about. */
import { describe, expect, it } from 'vitest';
import type { WebhookEvent } from '@tillkit/server/stripe/webhook-event';
import { eventRegistry, handledEvents } from '@tillkit/server/webhook/registry';

/** What an event is about, by what it carries. */
const subscription = { objectKind: 'subscription', objectId: 'sub_1', subscriptionId: 'sub_1', customerId: 'cus_1' };
const invoice = { objectKind: 'invoice', objectId: 'in_1', subscriptionId: 'sub_1', customerId: 'cus_1' };
const invoiceAlone = { objectKind: 'invoice', objectId: 'in_1', customerId: 'cus_1' };
const schedule = { objectKind: 'subscription_schedule', objectId: 'sub_sched_1', subscriptionId: 'sub_1', customerId: 'cus_1' };
const checkout = { objectKind: 'checkout.session', objectId: 'cs_1', subscriptionId: 'sub_1', customerId: 'cus_1' };
const card = { objectKind: 'payment_method', objectId: 'pm_1', customerId: 'cus_1' };
const charge = { objectKind: 'charge', objectId: 'ch_1', chargeId: 'ch_1', customerId: 'cus_1' };
const dispute = { objectKind: 'dispute', objectId: 'du_1', chargeId: 'ch_1' };
const refund = { objectKind: 'refund', objectId: 're_1', chargeId: 'ch_1' };

const creditNote = { objectKind: 'credit_note', objectId: 'cn_1', customerId: 'cus_1' };

const aboutSubscription = { kind: 'subscription', id: 'sub_1' };
const aboutCheckout = { kind: 'checkout_session', id: 'cs_1' };
const aboutCustomer = { kind: 'customer', id: 'cus_1' };
const catalog = { kind: 'catalog', id: 'catalog' };

type Case = readonly [type: string, carries: Partial<WebhookEvent>, subject: object | undefined];

const snapshots: readonly Case[] = [
  ['charge.dispute.closed', dispute, { kind: 'dispute', id: 'du_1' }],
  ['charge.dispute.created', dispute, { kind: 'dispute', id: 'du_1' }],
  ['charge.refunded', charge, { kind: 'charge', id: 'ch_1' }],
  ['checkout.session.async_payment_failed', checkout, aboutCheckout],
  ['checkout.session.async_payment_succeeded', checkout, aboutCheckout],
  ['checkout.session.completed', checkout, aboutCheckout],
  ['checkout.session.expired', checkout, aboutCheckout],
  ['credit_note.created', creditNote, { kind: 'credit_note', id: 'cn_1' }],
  ['credit_note.voided', creditNote, { kind: 'credit_note', id: 'cn_1' }],
  ['customer.deleted', { objectKind: 'customer', objectId: 'cus_1', customerId: 'cus_1' }, aboutCustomer],
  ['customer.subscription.created', subscription, aboutSubscription],
  ['customer.subscription.deleted', subscription, aboutSubscription],
  ['customer.subscription.paused', subscription, aboutSubscription],
  ['customer.subscription.pending_update_applied', subscription, aboutSubscription],
  ['customer.subscription.pending_update_expired', subscription, aboutSubscription],
  ['customer.subscription.resumed', subscription, aboutSubscription],
  ['customer.subscription.trial_will_end', subscription, aboutSubscription],
  ['customer.subscription.updated', subscription, aboutSubscription],
  ['customer.updated', { objectKind: 'customer', objectId: 'cus_1', customerId: 'cus_1' }, aboutCustomer],
  ['invoice.created', invoice, aboutSubscription],
  ['invoice.finalized', invoice, aboutSubscription],
  ['invoice.marked_uncollectible', invoice, aboutSubscription],
  ['invoice.paid', invoice, aboutSubscription],
  ['invoice.payment_action_required', invoice, aboutSubscription],
  ['invoice.payment_failed', invoice, aboutSubscription],
  ['invoice.upcoming', invoice, aboutSubscription],
  ['invoice.updated', invoice, aboutSubscription],
  ['invoice.voided', invoice, aboutSubscription],
  ['payment_method.attached', card, aboutCustomer],
  ['payment_method.automatically_updated', card, aboutCustomer],
  ['payment_method.detached', card, aboutCustomer],
  ['payment_method.updated', card, aboutCustomer],
  ['price.created', { objectKind: 'price', objectId: 'price_1' }, catalog],
  ['price.deleted', { objectKind: 'price', objectId: 'price_1' }, catalog],
  ['price.updated', { objectKind: 'price', objectId: 'price_1' }, catalog],
  ['product.created', { objectKind: 'product', objectId: 'prod_1' }, catalog],
  ['product.deleted', { objectKind: 'product', objectId: 'prod_1' }, catalog],
  ['product.updated', { objectKind: 'product', objectId: 'prod_1' }, catalog],
  ['refund.failed', refund, { kind: 'refund', id: 're_1' }],
  ['subscription_schedule.canceled', schedule, aboutSubscription],
  ['subscription_schedule.completed', schedule, aboutSubscription],
  ['subscription_schedule.created', schedule, aboutSubscription],
  ['subscription_schedule.released', schedule, aboutSubscription],
  ['subscription_schedule.updated', schedule, aboutSubscription],
];

const others: readonly Case[] = [
  // of a purchase without a subscription only what has something to tell
  ['invoice.paid', invoiceAlone, { kind: 'invoice', id: 'in_1' }],
  ['invoice.finalized', invoiceAlone, { kind: 'invoice', id: 'in_1' }],
  ['invoice.payment_failed', invoiceAlone, { kind: 'invoice', id: 'in_1' }],
  ['invoice.payment_action_required', invoiceAlone, { kind: 'invoice', id: 'in_1' }],
  ['invoice.updated', invoiceAlone, undefined],
  ['invoice.upcoming', { objectKind: 'invoice', objectId: '' }, undefined],
  // a thin event names its object and nothing else
  ['invoice.updated', { objectKind: 'invoice', objectId: 'in_1', thin: true }, { kind: 'invoice', id: 'in_1' }],
  ['payment_method.updated', { objectKind: 'payment_method', objectId: 'pm_1', thin: true }, { kind: 'payment_method', id: 'pm_1' }],
  [
    'subscription_schedule.updated',
    { objectKind: 'subscription_schedule', objectId: 'sub_sched_1', thin: true },
    { kind: 'subscription_schedule', id: 'sub_sched_1' },
  ],
  ['customer.subscription.updated', { objectKind: 'something', objectId: 'x_1', thin: true }, undefined],
  ['customer.updated', { objectKind: 'something', objectId: 'x_1', thin: true }, undefined],
  ['credit_note.created', { objectKind: 'credit_note', objectId: 'cn_1', thin: true }, { kind: 'credit_note', id: 'cn_1' }],
  // what belongs to nobody concerns nobody
  ['payment_method.updated', { objectKind: 'payment_method', objectId: 'pm_1' }, undefined],
  ['subscription_schedule.updated', { objectKind: 'subscription_schedule', objectId: 'sub_sched_1' }, undefined],
  ['charge.refunded', { objectKind: 'charge', objectId: '' }, undefined],
];

describe('the events that are handled', () => {
  it('are these, in alphabetical order', () => {
    expect(handledEvents).toEqual(snapshots.map(([type]) => type));
  });

  it.each([...snapshots, ...others])('%s with %j is about %j', (type, carries, subject) => {
    const event = { id: 'evt_1', type, livemode: false, objectKind: '', objectId: '', ...carries };
    expect(eventRegistry.get(type)?.subject(event)).toEqual(subject);
  });
});
