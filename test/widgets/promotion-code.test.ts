import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { hebrewSuite, serves, suite } from '../../stories/fixtures/catalogs.ts';
import { signIn } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const spring = { id: 'c', name: 'Spring', percentOff: '20', duration: 'once' };
const asked: unknown[] = [];
const worker = setupWorker(
  http.get(`*${paths.catalog}`, () => HttpResponse.json(suite)),
  http.post(`*${paths.discounts}`, async ({ request }) => {
    const body = (await request.json()) as { promotionCode: string };
    asked.push(body);
    return body.promotionCode === 'SPRING'
      ? HttpResponse.json({ discount: spring })
      : HttpResponse.json({ code: 'promotion_code_unknown', instance: '1' }, { status: 422 });
  }),
);
beforeAll(() => worker.start({ quiet: true }));
afterAll(() => worker.stop());
afterEach(() => {
  asked.length = 0;
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  localStorage.clear();
  document.documentElement.lang = 'en';
});

async function show() {
  const provider = await fixture<TillProvider>(
    html`<till-provider plan="starter"><till-promotion-code></till-promotion-code><till-total></till-total></till-provider>`,
  );
  const field = provider.querySelector('till-promotion-code')!;
  const total = provider.querySelector('till-total')!;
  await waitUntil(() => field.shadowRoot!.querySelector('input'));
  const enter = (code: string): void => {
    field.shadowRoot!.querySelector('input')!.value = code;
    field.shadowRoot!.querySelector('button')!.click();
  };
  return { provider, field, enter, receipt: () => total.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ') };
}

describe('<till-promotion-code>', () => {
  it('takes a code that the server knows off the total, and gives it back', async () => {
    const { provider, field, enter, receipt } = await show();
    expect(receipt()).to.contain('Due today $9.00');
    enter(' SPRING ');
    await waitUntil(() => receipt().includes('Due today $7.20'));
    expect(receipt()).to.contain('Spring -$1.80').and.to.contain('Then $9.00 a month.');
    expect(asked).to.deep.equal([{ promotionCode: 'SPRING', selection: provider.store.state.selection }]);
    expect(provider.store.state.promotionCode).to.equal('SPRING');
    await expect(field).to.be.accessible();
    field.shadowRoot!.querySelector('button')!.click();
    await waitUntil(() => receipt().includes('Due today $9.00'));
    expect(provider.store.state.promotionCode).to.equal(undefined);
  });

  it('says what is wrong with a code, and keeps it to be mended', async () => {
    const { field, enter, receipt } = await show();
    enter('SPRNG');
    await waitUntil(() => field.shadowRoot!.querySelector('[role=alert]')!.textContent!.includes('no such code'));
    expect(field.shadowRoot!.querySelector('input')!.value).to.equal('SPRNG');
    expect(field.shadowRoot!.querySelector('input')!.getAttribute('aria-invalid')).to.equal('true');
    expect(receipt()).to.contain('Due today $9.00');
    await expect(field).to.be.accessible();
  });
});

describe('why a code was not taken', () => {
  const refused = (code: string) => http.post(`*${paths.discounts}`, () => HttpResponse.json({ code, instance: '1' }, { status: 422 }));
  const alert = (field: Element): string => field.shadowRoot!.querySelector('[role=alert]')!.textContent!.trim();
  const company = { planId: 'company', interval: 'month', currency: 'usd', seats: 1, addOns: {} };

  it('is not said any more when something else is chosen, nor when it was asked for something else', async () => {
    worker.use(refused('promotion_code_not_applicable'));
    const { provider, field, enter } = await show();
    enter('SPRING');
    await waitUntil(() => alert(field).includes('not for what you have chosen'));
    provider.store.choose({ ok: true, selection: company, dropped: [] });
    await waitUntil(() => alert(field) === '');
    const input = field.shadowRoot!.querySelector('input')!;
    expect([input.value, input.getAttribute('aria-invalid')]).to.deep.equal(['SPRING', 'false']);
    // chosen while the answer was on its way
    let answered = false;
    worker.use(
      http.post(`*${paths.discounts}`, () => {
        provider.store.choose({ ok: true, selection: { ...company, seats: 2 }, dropped: [] });
        answered = true;
        return HttpResponse.json({ code: 'promotion_code_below_minimum', instance: '1' }, { status: 422 });
      }),
    );
    enter('SPRING');
    await waitUntil(() => answered && field.shadowRoot!.querySelector('button')!.getAttribute('aria-disabled') === 'false');
    expect(alert(field)).to.equal('');
  });

  it('is not said any more of the purchase once the code is taken back', async () => {
    worker.use(
      http.post(`*${paths.checkoutSessions}`, () =>
        HttpResponse.json({ code: 'promotion_code_first_purchase', instance: '1' }, { status: 422 }),
      ),
    );
    const { provider, field, enter, receipt } = await show();
    enter('SPRING');
    await waitUntil(() => receipt().includes('$7.20'));
    await provider.store.checkout(provider.store.state.selection!);
    await waitUntil(() => receipt().includes('This code is for a first purchase.'));
    field.shadowRoot!.querySelector('button')!.click();
    await waitUntil(() => !receipt().includes('This code is for a first purchase.'));
  });
});

describe.each([
  ['en', suite, 'Your order is too small for this code.', 'Applied: Spring'],
  ['he', hebrewSuite, 'ההזמנה קטנה מדי בשביל הקוד הזה.', 'הוחל: Spring'],
] as const)('a code that is good for more than is chosen, in %s,', (language, catalog, tooSmall, applied) => {
  it('is said not to count, with the whole sum, and is not taken along; it counts again with more', async () => {
    document.documentElement.lang = language;
    const ordered: unknown[] = [];
    const minimumAmounts = { usd: 2000 };
    worker.use(
      ...serves(catalog),
      http.post(`*${paths.discounts}`, () => HttpResponse.json({ discount: { ...spring, minimumAmounts } })),
      http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
        ordered.push(((await request.json()) as { promotionCode?: string }).promotionCode);
        return HttpResponse.json({ code: 'too_many_requests', instance: '1' }, { status: 429 });
      }),
    );
    const { provider, field, enter } = await show();
    const said = () => field.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
    const due = () => provider.store.state.quote!.dueToday;
    const choose = (planId: string) =>
      provider.store.choose({ ok: true, selection: { planId, interval: 'month', currency: 'usd', seats: 1, addOns: {} }, dropped: [] });
    choose('company');
    const whole = due();
    enter('SPRING');
    await waitUntil(() => said().includes(applied));
    expect(due()).to.equal(whole * 0.8);
    choose('starter');
    await waitUntil(() => said().includes(tooSmall));
    expect(said()).not.to.contain(applied);
    expect(due()).to.equal(900);
    await expect(field).to.be.accessible();
    await provider.store.checkout(provider.store.state.selection!);
    expect(ordered).to.deep.equal([undefined]);
    choose('company');
    await waitUntil(() => said().includes(applied));
    expect(said()).not.to.contain(tooSmall);
    await provider.store.checkout(provider.store.state.selection!);
    expect(ordered).to.deep.equal([undefined, 'SPRING']);
  });
});

it('a trial without a card begins with the code that lowers what follows it, and not without', async () => {
  signIn();
  const ways: string[] = [];
  const plans = suite.plans.map((plan) =>
    plan.id === 'starter' ? { ...plan, trial: { days: 14, cardRequired: false, end: 'cancel' as const } } : plan,
  );
  worker.use(
    ...serves({ ...suite, plans }),
    http.post(`*${paths.checkoutSessions}`, async ({ request }) => {
      ways.push(`checkout ${((await request.json()) as { promotionCode?: string }).promotionCode}`);
      return HttpResponse.json({ code: 'already_subscribed', instance: '1' }, { status: 409 });
    }),
    http.post(`*${paths.subscriptions}`, () => {
      ways.push('at once');
      return HttpResponse.json({ code: 'already_subscribed', instance: '1' }, { status: 409 });
    }),
  );
  const { provider, enter, receipt } = await show();
  await provider.store.checkout(provider.store.state.selection!);
  enter('SPRING');
  await waitUntil(() => receipt().includes('$7.20'));
  await provider.store.checkout(provider.store.state.selection!);
  expect(ways).to.deep.equal(['at once', 'checkout SPRING']);
});
