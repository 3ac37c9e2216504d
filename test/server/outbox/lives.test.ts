/** Whole lives of subscriptions by the sandbox's clock: exactly what is told, each once, also when every event comes twice and in disorder. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import type { Mail } from '@tillkit/server/modules/mailer/transport';
import { outgoingWebhooks } from '@tillkit/server/modules/outgoing-webhooks/outgoing-webhooks';
import { parseSecret } from '@tillkit/server/modules/outgoing-webhooks/signature';
import type { Schema } from '@tillkit/server/store/schema';
import { casesOn, databases } from '../../support/databases.ts';
import { cards, startTill, type TestTill } from '../../support/till.ts';

const day = 86_400;
const hour = 3600;
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const pro = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
const withCard = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

interface Life {
  readonly till: TestTill;
  readonly id: string;
  readonly customerId: string;
  readonly token: () => Promise<string>;
  /** Hours, one after the other, with everything that Stripe tells on the way. */
  pass(...seconds: number[]): Promise<void>;
  useCard(method: string): Promise<void>;
}

async function begin(till: TestTill, selection: object, card?: string): Promise<Life> {
  const { checkout } = await till.buy(selection, { token: await till.signIn('ada'), ...(card && { card }) });
  await till.settle();
  return lifeOf(till, checkout.subscription!);
}

function lifeOf(till: TestTill, { id, customerId }: { id: string; customerId: string }): Life {
  return {
    till,
    id,
    customerId,
    token: () => till.signIn('ada'),
    async pass(...seconds) {
      for (const step of seconds) await till.advance(step);
    },
    async useCard(method) {
      const stripe = await till.stripe();
      const attached = await stripe.paymentMethods.attach(method, { customer: customerId });
      await stripe.subscriptions.update(id, { default_payment_method: attached.id });
      await till.settle();
    },
  };
}

/** A trial without card, at once with what the plan's policy is at its end. */
async function trialWithoutCard(till: TestTill, policy: 'cancel' | 'pause' | 'create_invoice'): Promise<Life> {
  const stripe = await till.stripe();
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  const [price] = (await stripe.prices.list({ lookup_keys: ['company_month'], limit: 1 })).data;
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: price!.id }],
    trial_period_days: 14,
    trial_settings: { end_behavior: { missing_payment_method: policy } },
  });
  await till.settle();
  return lifeOf(till, { id, customerId: customer });
}

/** Previews and confirms a change, as the panel does. */
async function change({ till, id, token }: Life, target: object): Promise<void> {
  const signed = await token();
  const preview = await till.call<{ preview: string }>('POST', '/v1/previews', { token: signed, body: { subscriptionId: id, target } });
  const { status, body } = await till.call('POST', `/v1/subscriptions/${id}/changes`, {
    token: signed,
    body: { preview: preview.body.preview },
  });
  if (status !== 200) throw new Error(`The change was answered ${status}: ${JSON.stringify([preview.body, body])}`);
  await till.settle();
}

type Scenario = readonly [
  name: string,
  live: (till: TestTill) => Promise<unknown>,
  /** What the owner's system hears, each once. */
  told: readonly string[],
  /** What of it the customer gets no mail about, since another mail says it or it is none of theirs. */
  unwritten?: readonly string[],
];

/** The trial's fourteen days, then the hour in which Stripe keeps the draft of an invoice. */
const toTheEndOfTheTrial = [11 * day + 60, 3 * day, 2 * hour];

const lives: readonly Scenario[] = [
  [
    'a trial with card converts and renews',
    async (till) => (await begin(till, withCard)).pass(...toTheEndOfTheTrial, 24 * day + 12 * hour, 7 * day, 2 * hour),
    ['subscription.started', 'subscription.trial_will_end', 'invoice.ready', 'renewal.upcoming', 'invoice.ready'],
  ],
  [
    'a trial without card ends by the policy to cancel',
    async (till) => (await trialWithoutCard(till, 'cancel')).pass(...toTheEndOfTheTrial, 20 * day),
    ['subscription.started', 'subscription.trial_will_end', 'subscription.trial_ended_without_card', 'subscription.canceled'],
    ['subscription.canceled'],
  ],
  [
    'a trial without card stands still by the policy to pause, and goes on with a card',
    async (till) => {
      const life = await trialWithoutCard(till, 'pause');
      await life.pass(...toTheEndOfTheTrial);
      await life.useCard('pm_card_visa');
      const stripe = await till.stripe();
      await stripe.subscriptions.resume(life.id, { billing_cycle_anchor: { type: 'now' } });
      await life.pass(hour);
    },
    [
      'subscription.started',
      'subscription.trial_will_end',
      'subscription.trial_ended_without_card',
      'subscription.paused',
      'subscription.resumed',
      'invoice.ready',
    ],
    ['subscription.paused'],
  ],
  [
    'a trial without card becomes an invoice by the policy to create one, which is never paid',
    async (till) => (await trialWithoutCard(till, 'create_invoice')).pass(...toTheEndOfTheTrial, day, 3 * day, 5 * day, 7 * day, day),
    [
      'subscription.started',
      'subscription.trial_will_end',
      'subscription.trial_ended_without_card',
      'payment.failed',
      'payment.failed',
      'payment.failed',
      'payment.failed',
      'subscription.canceled',
    ],
  ],
  [
    'a renewal is declined and recovers with another card',
    async (till) => {
      const life = await begin(till, pro);
      await life.pass(20 * day);
      await life.useCard('pm_card_chargeCustomerFail');
      await life.pass(5 * day, 6 * day + 2 * hour);
      await life.useCard('pm_card_visa');
      await till.call('POST', `/v1/subscriptions/${life.id}/pay`, { token: await life.token() });
      await till.settle();
      await life.pass(day);
    },
    ['subscription.started', 'invoice.ready', 'renewal.upcoming', 'payment.failed', 'payment.recovered', 'invoice.ready'],
  ],
  [
    'a renewal is declined again and again until it ends',
    async (till) => {
      const life = await begin(till, pro);
      await life.pass(20 * day);
      await life.useCard('pm_card_chargeCustomerFail');
      await life.pass(5 * day, 7 * day, 2 * hour, day, 3 * day, 5 * day, 7 * day, day);
    },
    [
      'subscription.started',
      'invoice.ready',
      'renewal.upcoming',
      'payment.failed',
      'payment.failed',
      'payment.failed',
      'payment.failed',
      'subscription.canceled',
    ],
  ],
  [
    'a renewal waits for the bank',
    async (till) => {
      const life = await begin(till, pro);
      await life.pass(20 * day);
      await life.useCard('pm_card_authenticationRequired');
      await life.pass(5 * day, 7 * day, 2 * hour);
    },
    ['subscription.started', 'invoice.ready', 'renewal.upcoming', 'payment.action_required'],
  ],
  [
    'a refund in two parts',
    async (till) => {
      const life = await begin(till, pro);
      const stripe = await till.stripe();
      const [charge] = (await stripe.charges.list({ customer: life.customerId })).data;
      await stripe.refunds.create({ charge: charge!.id, amount: 2000 });
      await till.settle();
      await stripe.refunds.create({ charge: charge!.id });
      await till.settle();
    },
    ['subscription.started', 'invoice.ready', 'charge.refunded', 'charge.refunded'],
  ],
  [
    'a dispute that is lost',
    async (till) => {
      const life = await begin(till, pro, cards.disputed);
      await life.pass(8 * day);
    },
    ['subscription.started', 'invoice.ready', 'dispute.created', 'dispute.closed'],
    ['dispute.created', 'dispute.closed'],
  ],
  [
    'a change of plan at once, then one for the end of the period',
    async (till) => {
      const life = await begin(till, { ...pro, planId: 'starter' });
      for (const planId of ['company', 'starter']) await change(life, { planId });
      await life.pass(25 * day, 7 * day, 2 * hour);
    },
    [
      'subscription.started',
      'invoice.ready',
      'subscription.plan_changed',
      'invoice.ready',
      'subscription.change_scheduled',
      'renewal.upcoming',
      'subscription.plan_changed',
      'invoice.ready',
    ],
  ],
  [
    'a cancellation, taken back, and done',
    async (till) => {
      const life = await begin(till, pro);
      for (const action of ['cancel', 'resume', 'cancel']) {
        await till.call('POST', `/v1/subscriptions/${life.id}/${action}`, { token: await life.token() });
        await till.settle();
      }
      await life.pass(32 * day);
    },
    [
      'subscription.started',
      'invoice.ready',
      'subscription.cancel_scheduled',
      'subscription.cancel_withdrawn',
      'subscription.cancel_scheduled',
      'subscription.canceled',
    ],
  ],
];

/** The same server, to which every event comes twice, in any order, the second time after everything else. */
function unkindly(till: TestTill): TestTill {
  till.sandbox.webhooks.setMode({ mode: 'shuffled' });
  let sent = 0;
  const again = async (): Promise<void> => {
    const fresh = till.sandbox.events().slice(sent);
    sent += fresh.length;
    for (const { id } of fresh) till.sandbox.webhooks.resend(id);
    await till.settle();
  };
  return {
    ...till,
    settle: async () => (await till.settle(), await again()),
    advance: async (seconds) => (await till.advance(seconds), await again()),
  };
}

const [[firstName, openFirst]] = databases as readonly [(typeof databases)[number]];
const ways = [
  [`every event once and in order, on ${firstName}`, firstName, openFirst, false] as const,
  ...databases.map(([name, open]) => [`every event twice and shuffled, on ${name}`, name, open, true] as const),
];

describe.each(ways)('%s', (_, database, openDatabase, unkind) => {
  for (const [name, live, told, unwritten = []] of casesOn(database, lives)) {
    it(name, async () => {
      const shop = await receiver();
      const mails: Mail[] = [];
      const transport = { send: async (mail: Mail) => void mails.push(mail) };
      const till = await startTill({
        database: await openDatabase(),
        modules: [
          outgoingWebhooks({ urls: [shop.url], keys: [parseSecret(secret)!] }),
          mailer({ transport, from: { name: 'Halyard', address: 'billing@halyard.example' }, notices: { off: [] } }),
        ],
      });
      await live(unkind ? unkindly(till) : till);
      await till.close();
      shop.close();
      // what happens in one moment has no order
      expect(shop.heard.map(({ type }) => type).toSorted()).toEqual(told.toSorted());
      const types = new Map(shop.heard.map(({ id, type }) => [id, type]));
      const written = mails.map(({ id }) => types.get(id ?? '') ?? 'of nothing that was told');
      const expected = told.filter((type) => !unwritten.includes(type));
      expect(written.toSorted()).toEqual(expected.toSorted());
    });
  }
});

describe('what is not told', () => {
  const typesOf = async (till: TestTill) => (await till.store.outbox.list()).map(({ type }) => type);

  it.each(databases)('after %s was lost: anything that was told before, however often its events come again', async (_, openDatabase) => {
    const till = await startTill({ database: await openDatabase() });
    const life = await begin(till, pro);
    await life.pass(20 * day);
    await life.useCard('pm_card_chargeCustomerFail');
    await life.pass(5 * day, 6 * day + 2 * hour);
    await life.useCard('pm_card_visa');
    await life.pass(2 * day, 4 * day);
    expect(await typesOf(till)).toContain('payment.recovered');
    const tables = till.store.own<Schema>();
    for (const table of ['subscriptions', 'inbox', 'outboxDeliveries', 'outbox', 'counters'] as const)
      await tables.deleteFrom(table).execute();
    await till.app.sweeps.sweepEvents();
    for (const { id } of till.sandbox.events()) till.sandbox.webhooks.resend(id);
    await till.settle();
    expect(await till.store.subscriptions.find(life.id)).toMatchObject({ status: 'active' });
    expect(await typesOf(till)).toEqual([]);
    await till.close();
  });

  it('a renewal a whole period early, when the reminder of the last one comes late', async () => {
    const till = await startTill();
    const life = await begin(till, pro);
    const held = () => till.sandbox.events().find(({ type }) => type === 'invoice.upcoming')!.id;
    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    await life.pass(25 * day);
    till.sandbox.webhooks.setMode({ mode: 'normal' });
    await life.pass(7 * day, 2 * hour);
    till.sandbox.webhooks.resend(held());
    await till.settle();
    expect(await typesOf(till)).not.toContain('renewal.upcoming');
    await life.pass(22 * day);
    expect((await typesOf(till)).filter((type) => type === 'renewal.upcoming')).toHaveLength(1);
    await till.close();
  });
});

/** A system of the owner's that verifies what it gets. */
async function receiver() {
  const heard: { id: string; type: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
        String(request.headers[name]),
      );
      const expected = createHmac('sha256', parseSecret(secret)!).update(`${id}.${timestamp}.${body}`).digest('base64');
      if (signature === `v1,${expected}`) heard.push({ id: id!, type: (JSON.parse(body) as { type: string }).type });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return { url, heard, close: () => server.close() };
}
