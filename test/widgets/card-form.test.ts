/** Paying on the page: for whom, for what, and what happens when Stripe or the server says no. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import type { CheckoutSessionRequest } from '@tillkit/core/contract/contract';
import { paths } from '@tillkit/core/contract/paths';
import type { ListedAmounts } from '@tillkit/core/quote/listed-amounts';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { within } from '../../packages/widgets/src/provider/time-limit.ts';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();

/** What is sold once the owner has raised every price by $10.00. */
const dearer = {
  ...suite,
  publishableKey: 'pk_test_widget',
  plans: suite.plans.map((plan) => ({
    ...plan,
    prices: plan.prices.map((price) => ({
      ...price,
      amounts: Object.fromEntries(Object.entries(price.amounts).map(([currency, amount]) => [currency, amount + 1000])),
    })),
  })),
};

/** Stripe's fields: how often they stood and went, and what was paid. */
let fields: { standing: number; opened: number };
let confirmed: object[];
let fieldsAre: 'ready' | 'loaderror';
/** Who asked for a checkout session, and for what. */
let sessions: { who: string | null; planId: string; promotionCode?: string; shown: ListedAmounts }[];
let refusal: string | undefined;
let trialUsed: string[];
let declines: boolean;

function standInForStripe(): void {
  const sdk = {
    createPaymentElement: () => {
      const element = {
        mount: (place: HTMLElement) => {
          fields.standing += 1;
          fields.opened += 1;
          place.textContent = 'Card number';
        },
        on: (name: string, listener: () => void) => {
          if (name === fieldsAre) queueMicrotask(listener);
          return element;
        },
        destroy: () => (fields.standing -= 1),
      };
      return element;
    },
    changeAppearance: () => undefined,
    loadActions: async () => ({
      type: 'success',
      actions: {
        confirm: async (options: object) => (
          confirmed.push(options),
          declines ? { type: 'error', error: { message: 'Declined.' } } : { type: 'success' }
        ),
      },
    }),
  };
  const Stripe = Object.assign(() => ({ initCheckoutElementsSdk: () => sdk, _registerWrapper: () => undefined }), { version: 'endive' });
  Object.assign(globalThis, { Stripe });
}

beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
beforeEach(() => {
  fields = { standing: 0, opened: 0 };
  confirmed = [];
  sessions = [];
  fieldsAre = 'ready';
  refusal = undefined;
  trialUsed = [];
  declines = true;
  standInForStripe();
  worker.use(
    ...serves({ ...suite, publishableKey: 'pk_test_widget' }),
    http.get('*/who', () => HttpResponse.json({ token: `e30.${btoa(JSON.stringify({ iss: 'shop', sub: 'ada' }))}.x` })),
    http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_ada', expiresAt: 0 }, { status: 201 })),
    http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
    http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions: [], trialUsed })),
    http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
      const { selection, shown, promotionCode } = (await request.json()) as CheckoutSessionRequest & { selection: { planId: string } };
      const who = request.headers.get('authorization');
      sessions.push({ who, planId: selection.planId, shown: shown!, ...(promotionCode !== undefined && { promotionCode }) });
      if (refusal) return HttpResponse.json({ code: refusal }, { status: 409 });
      return HttpResponse.json({ checkoutSessionId: `cs_${sessions.length}`, clientSecret: 'cs_secret', expiresAt: 0 });
    }),
  );
});
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  localStorage.clear();
});

const open = (plan: string, tokenUrl?: string): Promise<TillProvider> =>
  tokenUrl === undefined
    ? fixture(html`<till-provider plan=${plan}><till-card-form></till-card-form></till-provider>`)
    : fixture(html`<till-provider plan=${plan} token-url=${tokenUrl}><till-card-form></till-card-form></till-provider>`);
const form = (page: TillProvider): ShadowRoot => page.querySelector('till-card-form')!.shadowRoot!;
const textOf = (element: Element): string => element.textContent.replaceAll(/\s+/gu, ' ').trim();
const buttons = (page: TillProvider): HTMLButtonElement[] => [...form(page).querySelectorAll('button')];
const button = (page: TillProvider, name: RegExp): HTMLButtonElement | undefined => buttons(page).find((one) => name.test(textOf(one)));
const isOpen = (page: TillProvider, name: RegExp): boolean => button(page, name)?.disabled === false && fields.standing === 1;
const sentence = (page: TillProvider): string => textOf(form(page).querySelector('[role=alert]')!);
const choose = (page: TillProvider, planId: string): void =>
  page.store.choose({ ok: true, dropped: [], selection: { ...page.store.state.selection!, planId } as never });

describe('the card form', () => {
  it('buys for whom the owner’s site names, in a fresh tab too', async () => {
    const page = await open('starter', '/who');
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    expect(sessions).to.deep.equal([{ who: 'Bearer till_ada', planId: 'starter', shown: { today: 900, recurring: 900 } }]);
    expect(form(page).querySelector('input[type=email]')).to.equal(null);
  });

  it('offers no trial that is used up', async () => {
    trialUsed = [suite.plans.find(({ id }) => id === 'team')!.group];
    const page = await open('team', '/who');
    await waitUntil(() => isOpen(page, /Pay \$29\.00/u));
  });

  it('offers none for a plan that the page names itself either', async () => {
    trialUsed = [suite.plans.find(({ id }) => id === 'team')!.group];
    const selection = { planId: 'team', interval: 'month', currency: 'usd', seats: 1, addOns: {} };
    const page = await fixture<TillProvider>(
      html`<till-provider plan="starter" token-url="/who"><till-card-form .selection=${selection}></till-card-form></till-provider>`,
    );
    await waitUntil(() => isOpen(page, /./u));
    expect(button(page, /Pay|trial/u)!.textContent.trim()).to.equal('Pay $29.00');
  });

  it('leaves the address that a bank sends the buyer back to as the server made it', async () => {
    const page = await open('starter', '/who');
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    button(page, /Pay/u)!.click();
    await waitUntil(() => sentence(page).includes('Declined.'));
    expect(confirmed).to.deep.equal([{ redirect: 'if_required' }]);
  });

  it('takes the fields away at once when something else is chosen, and pays for nothing but what is shown', async () => {
    const page = await open('starter', '/who');
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    choose(page, 'company');
    button(page, /Pay/u)!.click(); // before anything is drawn anew
    await page.querySelector('till-card-form')!.updateComplete;
    expect(fields.standing).to.equal(0);
    await waitUntil(() => button(page, /Pay \$79\.00/u)?.disabled === true);
    await waitUntil(() => isOpen(page, /Pay \$79\.00/u));
    expect(confirmed).to.deep.equal([]);
    expect(sessions.map(({ planId }) => planId)).to.deep.equal(['starter', 'company']);
  });

  it('opens anew for a promotion code that was accepted meanwhile', async () => {
    const page = await open('starter', '/who');
    await waitUntil(() => isOpen(page, /Pay/u));
    page.store.set({ promotionCode: 'HALF' });
    await waitUntil(() => fields.opened === 2 && isOpen(page, /Pay/u));
    expect(sessions.at(-1)).to.include({ promotionCode: 'HALF' });
  });

  it('says that the amount is another by now, shows it, and opens when the buyer asks for it', async () => {
    refusal = 'preview_changed';
    worker.use(http.get(`*${paths.catalog}`, ({ request }) => (request.cache === 'reload' ? HttpResponse.json(dearer) : undefined)));
    const page = await open('starter');
    await waitUntil(() => sentence(page).startsWith('The amount has changed meanwhile.'));
    await waitUntil(() => button(page, /Pay \$19\.00/u)?.disabled === true);
    expect(sessions.map(({ shown }) => shown)).to.deep.equal([{ today: 900, recurring: 900 }]);
    refusal = undefined;
    const again = button(page, /Try again/u)!;
    again.focus();
    expect(form(page).activeElement).to.equal(again);
    again.click();
    await waitUntil(() => isOpen(page, /Pay \$19\.00/u));
    expect(sentence(page)).to.equal('');
    expect(sessions.map(({ shown }) => shown.today)).to.deep.equal([900, 1900]);
  });

  it('pays for no other amount than the one that its fields were opened for', async () => {
    const page = await open('starter', '/who');
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    page.store.set({ catalog: { status: 'complete', value: dearer } });
    page.store.requote(); // as another widget does whose purchase was refused
    button(page, /Pay/u)!.click(); // before anything is drawn anew
    await waitUntil(() => isOpen(page, /Pay \$19\.00/u) && sessions.length === 2);
    expect(confirmed).to.deep.equal([]);
    expect(sessions.map(({ shown }) => shown.today)).to.deep.equal([900, 1900]);
  });

  it('sells again after a purchase: something else that is chosen is paid with fields that open again', async () => {
    declines = false;
    const checkout = (id: string) => ({ checkoutSessionId: id, payment: 'paid', currency: 'usd', amountTotal: 900 });
    worker.use(
      http.post(`*${paths.sessions}`, async ({ request }) => {
        const { checkoutSessionId } = (await request.json()) as { checkoutSessionId: string };
        return HttpResponse.json(
          { token: 'till_eve', expiresAt: 0, subject: 'eve', checkout: checkout(checkoutSessionId) },
          { status: 201 },
        );
      }),
    );
    const bought: Event[] = [];
    const page = await open('starter');
    page.addEventListener('till-checkout-complete', (event) => bought.push(event));
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    form(page).querySelector<HTMLInputElement>('input[type=email]')!.value = 'eve@example.com';
    button(page, /Pay/u)!.click();
    await waitUntil(() => bought.length === 1 && fields.standing === 0);
    choose(page, 'company');
    await waitUntil(() => isOpen(page, /Pay \$79\.00/u));
    button(page, /Pay/u)!.click();
    await waitUntil(() => bought.length === 2);
    expect(sessions.map(({ who, planId }) => `${who} ${planId}`)).to.deep.equal(['null starter', 'Bearer till_eve company']);
    expect(confirmed).to.have.length(2);
  });

  it.each(['already_subscribed', 'currency_locked'])('offers no second try of what stays refused (%s)', async (code) => {
    refusal = code;
    const page = await open('starter', '/who');
    await waitUntil(() => sentence(page).length > 10);
    expect(button(page, /Try again/u)).to.equal(undefined);
    expect(sessions).to.have.length(1);
  });

  it('offers Stripe’s page and a second try when the fields do not come', async () => {
    fieldsAre = 'loaderror';
    const page = await open('starter', '/who');
    await waitUntil(() => button(page, /Pay on Stripe/u) !== undefined);
    expect(fields.standing).to.equal(0);
    fieldsAre = 'ready';
    button(page, /Try again/u)!.click();
    await waitUntil(() => isOpen(page, /Pay \$9\.00/u));
    expect(sentence(page)).to.equal('');
  });
});

describe('a time limit', () => {
  it('ends what never answers, and nothing else', async () => {
    const never = new Promise<never>(() => undefined);
    const refused = await within(1, never).catch((error: { code: string }) => error.code);
    expect(refused).to.equal('stripe_unavailable');
    expect(await within(60_000, Promise.resolve('here'))).to.equal('here');
  });
});
