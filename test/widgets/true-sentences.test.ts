/** What stands around an amount holds in every state: free, paid by use, paid once, in a trial, in Hebrew. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import type { Catalog, Plan } from '@tillkit/core/catalog/catalog';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import '../../packages/widgets/src/extended/extended.ts';
import type { TillPlanPicker, TillProvider, TillTotal } from '@tillkit/widgets';
import { he } from '../../packages/widgets/src/text/he.ts';
import { everything, hebrewSuite, models, products, redis, selection, serves, suite } from '../../stories/fixtures/catalogs.ts';
import { lifecycle, owns, problem, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  document.documentElement.lang = 'en';
});

const words = (element: Element): string => element.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const button = (element: Element): string => element.shadowRoot!.querySelector('[part=submit]')!.textContent!.trim();

/** The catalog with its first plan made another. */
function withFirst(catalog: Catalog, planId: string, change: Partial<Plan>): Catalog {
  return { ...catalog, plans: catalog.plans.map((plan) => (plan.id === planId ? { ...plan, ...change } : plan)) };
}
/** Nothing in advance, half a cent for each. */
const byUse: Plan['prices'] = [
  { id: 'use:month', interval: 'month', amounts: { usd: 1 }, model: { metered: true, unitAmounts: { usd: '0.5' } } },
];
const total = (catalog: Catalog, chosen: unknown): Promise<TillTotal> =>
  fixture<TillTotal>(html`<till-total .catalog=${catalog} .selection=${chosen}></till-total>`);

describe('what is paid by use', () => {
  const catalog = withFirst(models, 'team', { prices: byUse, seats: undefined as never, setupFee: undefined as never });
  const chosen = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

  it('is not said to be free, and its button does not say so', async () => {
    const element = await total(catalog, chosen);
    expect(words(element)).not.to.contain('Free forever');
    expect(words(element)).to.contain('What you use is paid at the end of each period.');
    expect(button(element)).to.equal('Subscribe');
  });

  it('is not free after a trial either', async () => {
    const element = await total(withFirst(catalog, 'team', { trial: { days: 14, cardRequired: false, end: 'cancel' } }), chosen);
    expect(words(element)).not.to.contain('Free forever');
    expect(words(element)).to.contain('Free for 14 days.What you use is paid at the end of each period.');
    const picker = await fixture<TillPlanPicker>(
      html`<till-plan-picker
        .catalog=${withFirst(catalog, 'team', {
          trial: { days: 14, cardRequired: false, end: 'cancel' },
          prices: [{ ...byUse[0]!, amounts: { usd: 0 }, model: { metered: true, unitAmounts: { usd: '0.005' } } }],
        })}
        .selection=${chosen}
      ></till-plan-picker>`,
    );
    expect(words(picker)).to.contain('14 days free, no card');
  });

  it('has no interval beside its price, and what is included has one', async () => {
    const included = { tiersMode: 'graduated', tiers: { usd: [{ upTo: 5 }, { upTo: null, unitAmount: '200' }] } } as const;
    const picker = await fixture<TillPlanPicker>(
      html`<till-plan-picker
        .catalog=${{
          ...catalog,
          plans: [
            { ...catalog.plans.find(({ id }) => id === 'team')!, prices: byUse },
            {
              ...catalog.plans.find(({ id }) => id === 'team')!,
              id: 'seats',
              prices: [{ id: 'seats:month', interval: 'month', amounts: { usd: 0 }, model: included }],
            },
          ],
        }}
        .selection=${chosen}
      ></till-plan-picker>`,
    );
    const prices = [...picker.shadowRoot!.querySelectorAll('.cost')].map(({ textContent }) => textContent!.replaceAll(/\s+/gu, ' ').trim());
    expect(prices).to.deep.equal(['$0.005 each, by use', '5 included, then $2.00 a month']);
  });
});

describe('what is bought once', () => {
  it('is not said to be cancelable', async () => {
    const [product] = products.products;
    const element = await total(products, { productId: product!.id, quantity: 1, currency: products.defaultCurrency });
    expect(words(element)).not.to.contain('Cancel at any time');
    expect(words(element)).not.to.contain('No card needed');
  });
});

describe('a trial', () => {
  it('without a card says that tax comes on top of what is paid at its end', async () => {
    const plan = everything.plans.find(({ kind }) => kind === 'paid')!;
    const catalog = withFirst(everything, plan.id, { trial: { days: 14, cardRequired: false, end: 'cancel' } });
    const element = await total(catalog, selection(catalog, { planId: plan.id }));
    expect(words(element)).to.contain('Plus tax.');
  });

  it('that was had is offered on no card', async () => {
    signIn();
    worker.use(...owns([subscription()], redis));
    const page = await fixture(
      html`<till-provider
        ><till-plan-picker></till-plan-picker><till-total></till-total><till-subscription-panel></till-subscription-panel
      ></till-provider>`,
    );
    const [picker, sum] = ['till-plan-picker', 'till-total'].map((name) => page.querySelector(name)!);
    await waitUntil(() => words(page.querySelector('till-subscription-panel')!).includes('Team'));
    await waitUntil(() => words(sum!).includes('Due today'));
    expect(words(picker!)).not.to.contain('30 days free');
  });

  it('that was had is offered nowhere when the account is known before the catalog', async () => {
    signIn();
    let deliver: (() => void) | undefined;
    worker.use(
      http.get(`*${paths.catalog}`, async () => {
        await new Promise<void>((resolve) => (deliver = resolve));
        return HttpResponse.json(redis);
      }),
      ...owns([subscription()], redis),
    );
    let read = false;
    worker.events.on('response:mocked', ({ request }) => {
      if (request.url.includes(paths.subscriptions)) read = true;
    });
    const page = await fixture(
      html`<till-provider><till-total></till-total><till-subscription-panel></till-subscription-panel></till-provider>`,
    );
    await waitUntil(() => read && deliver);
    await new Promise((resolve) => setTimeout(resolve, 50));
    deliver!();
    const sum = page.querySelector('till-total')!;
    await waitUntil(() => words(sum).includes('Due'));
    await waitUntil(() => words(page.querySelector('till-subscription-panel')!).includes('Team'));
    expect(words(sum)).to.contain('Due today');
  });
});

describe('an add-on that is taken out', () => {
  it('is not said in Hebrew to be no part of the plan, when it was the interval or another add-on', () => {
    expect(he.dropped('X')).to.equal('הוסרו: X.');
  });
});

/** 12 May 2027, 12:00 UTC. */
const trialEnd = 1_810_123_200;

describe.each([
  ['en', suite, 'You can cancel before then and pay nothing', 'more.', 'Nothing was charged'],
  ['he', hebrewSuite, 'אפשר לבטל לפני כן ולא לשלם דבר', 'נוסף.', 'לא בוצע חיוב'],
] as const)('a trial for which something was paid, in %s,', (language, catalog, nothing, more, notCharged) => {
  const confirmation = async (purchase: object, started?: object): Promise<string> => {
    document.documentElement.lang = language;
    worker.use(...serves(catalog));
    const page = await fixture<TillProvider>(html`<till-provider><till-checkout></till-checkout></till-provider>`);
    await waitUntil(() => page.store.state.selection !== undefined);
    page.store.set({ purchase: { status: 'complete', value: purchase }, started } as never);
    const checkout = page.querySelector('till-checkout')!;
    await waitUntil(() => words(checkout).includes(nothing));
    return words(checkout);
  };
  const { nextPayment: _, ...trial } = subscription({ status: 'trialing', trialEnd });
  const value = { checkoutSessionId: 'cs_1', payment: 'paid', currency: 'usd', subscription: trial } as const;

  it('is confirmed as one that costs nothing more', async () => {
    expect(await confirmation({ ...value, amountTotal: 9900 })).to.contain(`${nothing} ${more}`);
    fixtureCleanup();
    expect(await confirmation({ ...value, amountTotal: 9900, payment: 'processing' })).to.contain(`${nothing} ${more}`);
    fixtureCleanup();
    const free = await confirmation({ ...value, amountTotal: 0 });
    expect(free).to.contain(`${nothing}.`);
    expect(free).not.to.contain(more);
  });

  it('is not said to have charged nothing when it is over', async () => {
    document.documentElement.lang = language;
    signIn();
    worker.use(...owns([lifecycle.choiceDue], catalog));
    const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
    const panel = page.querySelector('till-subscription-panel')!;
    await waitUntil(() => panel.shadowRoot!.querySelector('.options'));
    expect(words(panel)).not.to.contain(notCharged);
  });
});

it.each([
  ['free', 'paid', 'subscription'],
  ['paid', 'free', 'checkout'],
] as const)('a %s plan that the page has chosen begins as such, where the provider would choose a %s one', async (kind, other, way) => {
  signIn();
  const catalog = { ...redis, plans: redis.plans.map(({ trial: _, ...plan }) => plan) };
  const asked: string[] = [];
  worker.use(
    http.post(`*${paths.checkoutSessions}`, () => {
      asked.push('checkout');
      return problem(409, 'already_subscribed');
    }),
    http.post(`*${paths.subscriptions}`, () => {
      asked.push('subscription');
      return problem(409, 'already_subscribed');
    }),
    ...serves(catalog),
  );
  const planOf = (wanted: string) => catalog.plans.find((plan) => plan.kind === wanted)!.id;
  const chosen = selection(catalog, { planId: planOf(kind) });
  const page = await fixture(html`<till-provider plan=${planOf(other)}><till-total .selection=${chosen}></till-total></till-provider>`);
  const sum = page.querySelector('till-total')!;
  await waitUntil(() => sum.shadowRoot!.querySelector('[part=submit]'));
  sum.shadowRoot!.querySelector<HTMLButtonElement>('[part=submit]')!.click();
  await waitUntil(() => asked.length > 0);
  expect(asked).to.deep.equal([way]);
});
