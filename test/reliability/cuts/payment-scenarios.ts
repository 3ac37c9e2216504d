/** What a buyer can ask for about cards, and about what is open because one failed. */
import type { PaymentMethod } from '@tillkit/core/contract/contract';
import { shop } from '../../support/till.ts';
import type { Buyer } from './buyer.ts';
import { plan } from './catalog.ts';
import type { Scenario, Wish } from './scenarios.ts';

const mastercard = '5555 5555 5555 4444';
const paid = plan('small-prorate_now');

async function buys(buyer: Buyer): Promise<void> {
  await buyer.signIn();
  await buyer.buy(paid);
}

async function methods(buyer: Buyer): Promise<PaymentMethod[]> {
  return ((await buyer.send('GET', '/v1/payment-methods')).body['paymentMethods'] ?? []) as PaymentMethod[];
}

/** Stripe's page for a card, opened and filled in; the page of the shop knows its id. */
async function entersCard(buyer: Buyer, more: object = {}, card: string = mastercard): Promise<void> {
  const { body } = await buyer.send('POST', '/v1/payment-methods', { returnUrl: shop, ...more });
  const id = String(body['checkoutSessionId']);
  buyer.kept.set('setup', id);
  await buyer.till.pay(id, card);
}

const takesOver: Wish = {
  send: (buyer) => buyer.send('POST', '/v1/payment-methods/added', { checkoutSessionId: buyer.kept.get('setup') }),
  holds: async (buyer) => (await methods(buyer)).some(({ last4, isDefault }) => last4 === '4444' && isDefault),
};

/** A subscription whose renewal was declined, of somebody who has a good card by now. */
async function wasDeclined(buyer: Buyer): Promise<void> {
  await buys(buyer);
  const client = await buyer.till.stripe();
  const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: await buyer.customerId() });
  await client.subscriptions.update(buyer.subscriptionId, { default_payment_method: bad.id });
  buyer.kept.set('bad', bad.id);
}

async function hasGoodCard(buyer: Buyer): Promise<void> {
  const client = await buyer.till.stripe();
  const { data } = await client.paymentMethods.list({ customer: await buyer.customerId() });
  const good = data.find(({ id }) => id !== buyer.kept.get('bad'))!;
  await client.subscriptions.update(buyer.subscriptionId, { default_payment_method: good.id });
}

async function rested(buyer: Buyer): Promise<void> {
  await buyer.signIn();
  const { body } = await buyer.send('POST', '/v1/subscriptions', { selection: plan('rested') });
  buyer.subscriptionId = (body['subscription'] as { id: string }).id;
}

/** What it costs that it goes on, as it is shown. */
async function resumption(buyer: Buyer): Promise<string> {
  const { body } = await buyer.send('POST', '/v1/previews', { subscriptionId: buyer.subscriptionId, action: 'resume' });
  return String(body['preview'] ?? '');
}

async function twoCards(buyer: Buyer): Promise<void> {
  await buys(buyer);
  await entersCard(buyer);
  await takesOver.send(buyer, '');
}

const idOf = async (buyer: Buyer, wanted: string): Promise<string> =>
  (await methods(buyer)).find(({ last4 }) => last4 === wanted)?.id ?? buyer.kept.get(wanted) ?? 'pm_none';

const makesDefault = (wanted: string): Wish => ({
  ready: (buyer) => idOf(buyer, wanted),
  send: (buyer, id) => buyer.send('POST', `/v1/payment-methods/${id}/default`),
  holds: async (buyer) => (await methods(buyer)).some(({ last4, isDefault }) => last4 === wanted && isDefault),
});

const removes = (wanted: string): Wish => ({
  ready: (buyer) => idOf(buyer, wanted),
  send: (buyer, id) => buyer.send('DELETE', `/v1/payment-methods/${id}`),
  holds: async (buyer) => (await methods(buyer)).every(({ last4 }) => last4 !== wanted),
});

export const paymentScenarios: readonly Scenario[] = [
  {
    name: 'pays what is open',
    early: wasDeclined,
    begin: hasGoodCard,
    wish: {
      send: (buyer) => buyer.on('pay'),
      holds: async (buyer) => (await buyer.shown()).openInvoices === undefined,
    },
  },
  {
    name: 'asks for the page for a card',
    prepare: buys,
    wish: {
      async send(buyer) {
        const answer = await buyer.send('POST', '/v1/payment-methods', { returnUrl: shop });
        if (answer.status === 201) buyer.kept.set('setup', String(answer.body['checkoutSessionId']));
        return answer;
      },
      holds: async (buyer) => buyer.kept.has('setup'),
    },
    async finish(buyer) {
      await buyer.till.pay(buyer.kept.get('setup')!, mastercard);
      await takesOver.send(buyer, '');
    },
  },
  // no other wish: whether Stripe's event or a later choice comes last is nobody's to say
  { name: 'brings a card', prepare: buys, begin: entersCard, wish: takesOver },
  {
    name: 'brings a card for what is open',
    early: wasDeclined,
    begin: (buyer) => entersCard(buyer, { subscriptionId: buyer.subscriptionId }),
    wish: takesOver,
  },
  {
    name: 'brings a card for what stands still',
    early: rested,
    begin: async (buyer) => entersCard(buyer, { subscriptionId: buyer.subscriptionId, preview: await resumption(buyer) }),
    wish: takesOver,
  },
  { name: 'chooses a card', prepare: twoCards, wish: makesDefault('4242'), other: makesDefault('4444') },
  { name: 'removes a card', prepare: twoCards, wish: removes('4242'), other: makesDefault('4242') },
  { name: 'removes the card that pays', prepare: twoCards, wish: removes('4444'), other: removes('4242') },
];
