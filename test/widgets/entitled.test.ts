import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { entitlementsPath, entitlementTokensPath } from '@tillkit/core/contract/entitlements-path';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { owns, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
import type { TillProvider } from '@tillkit/widgets';
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
});

/** Answers what may be used, and counts how often it was asked for. */
function gives(answer: () => readonly string[] | Response): () => number {
  let asked = 0;
  worker.use(
    ...serves(suite),
    http.get(`*${entitlementsPath}`, () => {
      asked += 1;
      const features = answer();
      return features instanceof Response ? features : HttpResponse.json({ features, subscriptions: [], asOf: 0 });
    }),
  );
  return () => asked;
}

const page = () =>
  fixture<TillProvider>(html`
    <till-provider>
      <till-entitled feature="exports"><b>Export</b><i slot="fallback">Upgrade</i></till-entitled>
      <till-entitled feature="sso"><b>Sign in here</b><i slot="fallback">Not in your plan</i></till-entitled>
    </till-provider>
  `);
/** What a visitor sees of each element. */
const seen = (provider: Element): string[] =>
  [...provider.querySelectorAll('till-entitled')].map((element) =>
    [...element.shadowRoot!.querySelectorAll('slot')]
      .flatMap((slot) => slot.assignedElements().map(({ textContent }) => textContent))
      .join(),
  );

describe('<till-entitled>', () => {
  it('shows nothing before it is known, then what the visitor has, by one request for all', async () => {
    signIn();
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    worker.use(
      ...serves(suite),
      http.get(`*${entitlementsPath}`, async () => {
        asked += 1;
        await held;
        return HttpResponse.json({ features: ['exports'], subscriptions: [], asOf: 0 });
      }),
    );
    const provider = await page();
    expect(seen(provider)).to.deep.equal(['', '']);
    release?.();
    await waitUntil(() => seen(provider)[0] !== '');
    expect(seen(provider)).to.deep.equal(['Export', 'Not in your plan']);
    expect(asked).to.equal(1);
    await expect(provider).to.be.accessible();
  });

  it('shows the fallback to somebody who is not signed in, without asking', async () => {
    const asked = gives(() => ['exports']);
    const provider = await page();
    await waitUntil(() => seen(provider)[0] !== '');
    expect(seen(provider)).to.deep.equal(['Upgrade', 'Not in your plan']);
    expect(asked()).to.equal(0);
  });

  it('follows what is bought, changed and ended', async () => {
    signIn();
    let features = ['exports'];
    gives(() => features);
    const provider = await page();
    await waitUntil(() => seen(provider)[0] === 'Export');
    features = ['exports', 'sso'];
    provider.store.set({ account: { status: 'complete', value: { subscriptions: [subscription()], trialUsed: [] } } });
    await waitUntil(() => seen(provider)[1] === 'Sign in here');
    features = [];
    provider.store.set({ purchase: { status: 'complete', value: undefined } });
    await waitUntil(() => seen(provider)[0] === 'Upgrade');
    expect(seen(provider)).to.deep.equal(['Upgrade', 'Not in your plan']);
  });

  it('keeps what was known while the server does not answer', async () => {
    signIn();
    let broken = false;
    const asked = gives(() => (broken ? new HttpResponse('', { status: 500 }) : ['exports']));
    const provider = await page();
    await waitUntil(() => seen(provider)[0] === 'Export');
    broken = true;
    provider.store.set({ account: { status: 'complete', value: { subscriptions: [], trialUsed: [] } } });
    await waitUntil(() => asked() === 2);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(seen(provider)[0]).to.equal('Export');
  });

  it('goes to the fallback when one signs out in the panel', async () => {
    signIn();
    gives(() => ['exports']);
    worker.use(
      ...owns([subscription()]),
      http.delete(`*${paths.sessions}`, () => new HttpResponse(null, { status: 204 })),
    );
    const provider = await page();
    await waitUntil(() => seen(provider)[0] === 'Export');
    await provider.store.client.signOut();
    provider.store.set({ account: { status: 'error', code: 'signed_out', message: '' } });
    await waitUntil(() => seen(provider)[0] === 'Upgrade');
  });
});

describe('entitlementToken()', () => {
  /** A token as the server makes it, good for so many seconds; nobody here looks at the signature. */
  const signed = (number: number, seconds: number): string =>
    `e30.${btoa(JSON.stringify({ iat: 1_000, exp: 1_000 + seconds, n: number }))}.x`;

  function signs(seconds = 300): () => number {
    let made = 0;
    gives(() => ['exports']);
    worker.use(
      http.post(`*${entitlementTokensPath}`, () => {
        made += 1;
        return HttpResponse.json({ token: signed(made, seconds), expiresAt: 1_000 + seconds }, { status: 201 });
      }),
    );
    return () => made;
  }
  const element = async () => {
    const provider = await page();
    return { provider, entitled: provider.querySelector('till-entitled')!, other: provider.querySelectorAll('till-entitled')[1]! };
  };

  it('is fetched once for all elements, and again after a purchase, a change or another session', async () => {
    signIn();
    const made = signs();
    const { provider, entitled, other } = await element();
    const tokens = await Promise.all([entitled.entitlementToken(), other.entitlementToken(), entitled.entitlementToken()]);
    expect(new Set(tokens)).to.deep.equal(new Set([signed(1, 300)]));
    expect(await other.entitlementToken()).to.equal(signed(1, 300));
    provider.store.set({ purchase: { status: 'complete', value: undefined } });
    expect(await entitled.entitlementToken()).to.equal(signed(2, 300));
    provider.store.set({ account: { status: 'complete', value: { subscriptions: [subscription()], trialUsed: [] } } });
    expect(await entitled.entitlementToken()).to.equal(signed(3, 300));
    worker.use(http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_other', expiresAt: 0 }, { status: 201 })));
    provider.store.client.forget();
    await provider.store.client.signIn({ token: 'of-somebody-else' });
    expect(await entitled.entitlementToken()).to.equal(signed(4, 300));
    expect(made()).to.equal(4);
  });

  it('is not handed out again when it is about to end', async () => {
    signIn();
    const made = signs(30);
    const { entitled } = await element();
    await entitled.entitlementToken();
    await entitled.entitlementToken();
    expect(made()).to.equal(2);
  });

  it('is refused by a code, and asked for again afterwards', async () => {
    const made = signs();
    const { provider, entitled } = await element();
    const code = () => entitled.entitlementToken().catch((error: { code: string }) => error.code);
    expect(await code()).to.equal('signed_out');
    worker.use(http.post(`*${paths.sessions}`, () => HttpResponse.json({ token: 'till_session', expiresAt: 0 }, { status: 201 })));
    await provider.store.client.signIn({ token: 'of-the-owner' });
    worker.use(http.post(`*${entitlementTokensPath}`, () => HttpResponse.json({ code: 'not_found' }, { status: 404 }), { once: true }));
    expect(await code()).to.equal('not_found');
    expect(await code()).to.equal(signed(1, 300));
    expect(made()).to.equal(1);
  });
});
