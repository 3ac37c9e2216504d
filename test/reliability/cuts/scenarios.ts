/** Everything that a buyer can make the server write at Stripe: what they have before, what they ask for, and what else they might. */
import type { Buyer } from './buyer.ts';
import { changeModes, plan } from './catalog.ts';
import type { Answer } from './process.ts';
import { paymentScenarios } from './payment-scenarios.ts';

export interface Wish {
  /** What the page has in hand before it sends: a signed preview. */
  readonly ready?: (buyer: Buyer) => Promise<string>;
  readonly send: (buyer: Buyer, inHand: string) => Promise<Answer>;
  /** Whether the page shows that it is so. */
  readonly holds: (buyer: Buyer) => Promise<boolean>;
}

export interface Scenario {
  readonly name: string;
  /** A month and ten days before. */
  readonly early?: (buyer: Buyer) => Promise<void>;
  /** Ten days before. */
  readonly prepare?: (buyer: Buyer) => Promise<void>;
  /** Just before; the person is signed in. */
  readonly begin?: (buyer: Buyer) => Promise<void>;
  readonly wish: Wish;
  readonly other?: Wish;
  /** What the person does once the page has answered. */
  readonly finish?: (buyer: Buyer) => Promise<unknown>;
}

const signedIn = async (buyer: Buyer): Promise<void> => buyer.signIn();
const buys = (selection: object) => async (buyer: Buyer) => {
  await buyer.signIn();
  await buyer.buy(selection);
};

/** Opens a checkout; it holds when the page knows of one that was opened for this wish. */
const checkout = (name: string, selection: object, promotionCode?: string): Wish => ({
  async send(buyer) {
    const answer = await buyer.openCheckout(selection, promotionCode === undefined ? {} : { promotionCode });
    if (answer.status === 201) buyer.kept.set('wished', name);
    return answer;
  },
  holds: async (buyer) => buyer.kept.get('wished') === name,
});
const pays = (buyer: Buyer) => buyer.payCheckout();

const change = (target: object, holds: (shown: Awaited<ReturnType<Buyer['shown']>>) => boolean): Wish => ({
  ready: (buyer) => buyer.preview(target),
  send: (buyer, preview) => buyer.on('changes', { preview }),
  holds: async (buyer) => holds(await buyer.shown()),
});

const action = (name: string, body: object | undefined, holds: (shown: Awaited<ReturnType<Buyer['shown']>>) => boolean): Wish => ({
  send: (buyer) => buyer.on(name, body),
  holds: async (buyer) => holds(await buyer.shown()),
});

const cancel = action('cancel', {}, ({ cancelAt, status }) => cancelAt !== undefined || status === 'canceled');
const cancelNow = action('cancel', { when: 'now' }, ({ status }) => status === 'canceled');
const keep = action('resume', undefined, ({ cancelAt, status }) => status === 'active' && cancelAt === undefined);
/** Goes on after a pause, which charges what was shown. */
const resume: Wish = {
  ready: (buyer) => buyer.previewResume(),
  send: (buyer, preview) => buyer.on('resume', { preview }),
  holds: keep.holds,
};

const direct = (planId: string): Wish => ({
  send: (buyer) => buyer.send('POST', '/v1/subscriptions', { selection: plan(planId) }),
  holds: async (buyer) => (await buyer.subscriptions()).some((one) => one.planId === planId && one.status !== 'canceled'),
});

const checkouts: Scenario[] = [
  {
    name: 'opens a checkout',
    prepare: signedIn,
    wish: checkout('small', plan('small-prorate_now')),
    other: checkout('large', plan('large-prorate_now')),
    finish: pays,
  },
  {
    name: 'opens a checkout with a promotion code',
    prepare: signedIn,
    wish: checkout('code', plan('small-prorate_now'), 'TENOFF'),
    other: checkout('none', plan('small-prorate_now')),
    finish: pays,
  },
  {
    name: 'opens a checkout signed out',
    wish: checkout('small', plan('small-prorate_now')),
    other: checkout('large', plan('large-prorate_now')),
    begin: async (buyer) => void (buyer.token = undefined),
    finish: pays,
  },
  {
    name: 'opens a checkout of a product',
    prepare: signedIn,
    wish: checkout('book', { productId: 'book', quantity: 1, currency: 'usd' }),
    other: checkout('map', { productId: 'map', quantity: 2, currency: 'usd' }),
    finish: pays,
  },
  {
    name: 'comes back from a checkout that replaces the free plan',
    async prepare(buyer) {
      await buyer.signIn();
      await direct('free').send(buyer, '');
    },
    async begin(buyer) {
      // the second trial of a card is none: paid at once
      await buyer.openCheckout(plan('tried'));
      await buyer.till.pay(buyer.checkout!.id, undefined, `${buyer.subject}@example.com`);
      buyer.token = undefined;
    },
    wish: { send: (buyer) => buyer.comeBack(), holds: async (buyer) => buyer.token !== undefined },
  },
];

const starts: Scenario[] = [
  { name: 'starts the free plan', prepare: signedIn, wish: direct('free'), other: direct('tried') },
  { name: 'starts a trial', prepare: signedIn, wish: direct('tried'), other: direct('free') },
];

const changes: Scenario[] = [
  ...changeModes.map((mode): Scenario => ({
    name: `changes with ${mode}`,
    prepare: buys(plan(`small-${mode}`)),
    wish: change({ planId: `large-${mode}` }, ({ planId, scheduledChange }) => (scheduledChange?.planId ?? planId) === `large-${mode}`),
    other: change({ planId: `small-${mode}`, seats: 3 }, (shown) => {
      const { planId, seats } = shown.scheduledChange ?? shown;
      return planId === `small-${mode}` && seats === 3;
    }),
  })),
  {
    name: 'changes the quantity of an add-on',
    prepare: buys(plan('small-prorate_now', { addOns: { storage: 1 } })),
    wish: change({ addOns: { storage: 4 } }, ({ addOns }) => addOns?.['storage'] === 4),
    other: change({ addOns: { storage: 9 } }, ({ addOns }) => addOns?.['storage'] === 9),
  },
  {
    name: 'adds an add-on whose difference is charged',
    prepare: buys(plan('small-difference_now')),
    wish: change({ addOns: { storage: 2 } }, ({ addOns }) => addOns?.['storage'] === 2),
    other: change({ planId: 'large-difference_now' }, ({ planId }) => planId === 'large-difference_now'),
  },
  {
    name: 'gets credit for a smaller plan',
    prepare: buys(plan('large-difference_now')),
    wish: change({ planId: 'small-difference_now' }, ({ planId }) => planId === 'small-difference_now'),
    other: change({ planId: 'large-difference_now', seats: 2 }, ({ planId, seats }) => planId === 'large-difference_now' && seats === 2),
  },
  {
    name: 'changes in a trial',
    async prepare(buyer) {
      await buyer.signIn();
      const { body } = await direct('tried').send(buyer, '');
      buyer.subscriptionId = (body['subscription'] as { id: string }).id;
    },
    wish: change({ seats: 3 }, ({ seats }) => seats === 3),
    other: change({ seats: 5 }, ({ seats }) => seats === 5),
  },
  {
    name: 'takes a waiting change back',
    async prepare(buyer) {
      await buys(plan('small-at_period_end'))(buyer);
      await buyer.on('changes', { preview: await buyer.preview({ planId: 'large-at_period_end' }) });
    },
    wish: {
      send: (buyer) => buyer.send('DELETE', `/v1/subscriptions/${buyer.subscriptionId}/changes`),
      holds: async (buyer) => (await buyer.shown()).scheduledChange === undefined,
    },
    other: change({ planId: 'small-at_period_end', seats: 3 }, ({ scheduledChange }) => scheduledChange?.seats === 3),
  },
];

const ends: Scenario[] = [
  { name: 'cancels', prepare: buys(plan('small-prorate_now')), wish: cancel, other: keep },
  { name: 'cancels now', prepare: buys(plan('small-prorate_now')), wish: cancelNow, other: cancel },
  {
    name: 'cancels what a change waits for',
    async prepare(buyer) {
      await buys(plan('small-at_period_end'))(buyer);
      await buyer.on('changes', { preview: await buyer.preview({ planId: 'large-at_period_end' }) });
    },
    wish: cancel,
    other: cancelNow,
  },
  {
    name: 'takes a cancellation back',
    async prepare(buyer) {
      await buys(plan('small-prorate_now'))(buyer);
      await buyer.on('cancel', {});
    },
    wish: keep,
    other: cancelNow,
  },
  {
    name: 'pauses',
    prepare: buys(plan('small-prorate_now')),
    wish: action('pause', undefined, (shown) => shown.status === 'paused'),
    other: cancel,
  },
  {
    name: 'goes on after a pause',
    async prepare(buyer) {
      await buys(plan('small-prorate_now'))(buyer);
      await buyer.on('pause');
    },
    wish: resume,
    other: cancel,
  },
];

export const scenarios: readonly Scenario[] = [...checkouts, ...starts, ...changes, ...ends, ...paymentScenarios];
