/** An invoice that is paid on its own page in the very moment in which the server works on it: what is paid for is made, and nobody is told of a fault. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewResponse, Problem, SubscriptionResponse } from '@tillkit/core/contract/contract';
import { monthlyCatalog, monthlyPlan } from '../../support/monthly-catalog.ts';
import { startTill, type TestTill } from '../../support/till.ts';

const hour = 3600;
const day = 24 * hour;
const changes = { upgrade: 'difference_now', downgrade: 'difference_now' };
const catalog = monthlyCatalog(monthlyPlan('small', 1000, { changes }), monthlyPlan('large', 4000, { changes }));
const small = { planId: 'small', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

let till: TestTill;
let token: string;
let id: string;
let customer: string;
/** What happens before a request reaches Stripe. */
let before: ((request: Request) => Promise<void>) | undefined;
const stripeFetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  await before?.(request);
  return till.sandbox.fetch(request);
};
beforeEach(async () => {
  before = undefined;
  till = await startTill({ catalog, stripe: { afterRetries: 'unpaid' }, app: { stripeFetch } });
  token = await till.signIn('ada');
  const bought = (await till.buy(small, { token })).checkout.subscription!;
  ({ id, customerId: customer } = bought);
  await till.settle();
});
afterEach(() => till.close());

const call = <Body>(path: string, body?: unknown) =>
  till.call<Body & Problem>('POST', path, { token, ...(body !== undefined && { body }) });
const saveCard = async (name: string) => {
  const client = await till.stripe();
  const card = await client.paymentMethods.attach(name, { customer });
  await client.subscriptions.update(id, { default_payment_method: card.id });
  return card.id;
};
const invoiceOf = async () => (await (await till.stripe()).invoices.list({ status: 'open' })).data[0]!.id;
/** Does something once, before the first request to such a path. */
const beforeFirst = (path: RegExp, work: () => Promise<unknown>): void => {
  before = async (request) => {
    if (request.method !== 'POST' || !path.test(new URL(request.url).pathname)) return;
    before = undefined;
    await work();
  };
};
const itemPrice = async () => (await (await till.stripe()).subscriptions.retrieve(id)).items.data[0]!.price.unit_amount;
const charged = async () => {
  const { data } = await (await till.stripe()).charges.list({ limit: 10 });
  return data.filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
};

describe('the difference of a change that waits for the bank', () => {
  /** The invoice, and how it is paid on its page. */
  const waiting = async () => {
    await saveCard('pm_card_authenticationRequired');
    const { preview } = (await call<PreviewResponse>('/v1/previews', { subscriptionId: id, target: { planId: 'large' } })).body;
    expect((await call(`/v1/subscriptions/${id}/changes`, { preview })).body.code).toBe('authentication_required');
    await till.settle();
    const invoice = await invoiceOf();
    const card = await saveCard('pm_card_visa');
    till.sandbox.deliveries.hold();
    return async () => (await till.stripe()).invoices.pay(invoice, { payment_method: card });
  };
  const made = [4000, [3000, 1000], undefined];
  const state = async () => [await itemPrice(), await charged(), await till.store.pendingChanges.find(id)];

  it.each(['pay', 'void'])('is paid while another wish is about to %s it, and is made before that', async (step) => {
    beforeFirst(new RegExp(`/${step}$`, 'u'), await waiting());
    expect((await call(`/v1/subscriptions/${id}/cancel`)).status).toBe(200);
    expect(await state()).toEqual(made);
  });

  it('is paid while it is voided for its age, and is made', async () => {
    beforeFirst(/\/void$/u, await waiting());
    await till.advance(25 * hour);
    await till.app.runJobs();
    expect(await state()).toEqual(made);
  });
});

describe('what is owed', () => {
  const owing = async () => {
    await saveCard('pm_card_chargeCustomerFail');
    await till.advance(32 * day);
    token = await till.signIn('ada');
    await saveCard('pm_card_visa');
    await till.settle();
    return invoiceOf();
  };

  it.each(['paid', 'voided'])('is %s while the customer pays it, who is told of no fault', async (how) => {
    const invoice = await owing();
    const client = await till.stripe();
    beforeFirst(/\/pay$/u, () => (how === 'paid' ? client.invoices.pay(invoice) : client.invoices.voidInvoice(invoice)));
    const { status, body } = await call<SubscriptionResponse>(`/v1/subscriptions/${id}/pay`);
    expect([status, body.subscription?.openInvoices]).toEqual([200, undefined]);
    expect(await charged()).toEqual(how === 'paid' ? [1000, 1000] : [1000]);
  });
});
