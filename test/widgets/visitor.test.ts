/** Whose page it is: with a `token-url` always the person's whom the owner's site names now. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { entitlementsPath } from '@tillkit/core/contract/entitlements-path';
import { paths } from '@tillkit/core/contract/paths';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { subscription } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
/** Whom the owner's site names: a person, nobody, or a status. */
let owner: string | number;
/** What the page asked for, as `who what`. */
let asked: string[];
let signIns = 0;
let held: Promise<void> | undefined;

const base64 = (value: object): string => btoa(JSON.stringify(value));
const tokenOf = (sub: string): string => `e30.${base64({ iss: 'shop', sub, jti: Math.random() })}.x`;
async function subjectOf(token: string): Promise<string> {
  const { iss, sub } = JSON.parse(atob(token.split('.')[1]!)) as { iss: string; sub: string };
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify([iss, sub])));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
const whoAsks = (request: Request): string => /till_(\w+)/u.exec(request.headers.get('authorization') ?? '')?.[1] ?? 'nobody';
const cardOf: Readonly<Record<string, string>> = { ada: '1111', bob: '2222' };

beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
beforeEach(() => {
  owner = 'ada';
  asked = [];
  held = undefined;
  const answers =
    (what: string, body: (who: string) => object) =>
    async ({ request }: { request: Request }): Promise<Response> => {
      const who = whoAsks(request);
      asked.push(`${who} ${what}`);
      await held;
      return who === 'nobody' ? HttpResponse.json({ code: 'signed_out' }, { status: 401 }) : HttpResponse.json(body(who));
    };
  worker.use(
    ...serves(suite),
    http.get('*/who', () => {
      asked.push('owner');
      if (owner === 0) return HttpResponse.error();
      if (typeof owner === 'number') return new HttpResponse(null, { status: owner });
      return HttpResponse.json({ token: tokenOf(owner) });
    }),
    http.post(`*${paths.sessions}`, async ({ request }) => {
      const { token } = (await request.json()) as { token: string };
      const { sub } = JSON.parse(atob(token.split('.')[1]!)) as { sub: string };
      asked.push(`${sub} signs in`);
      return HttpResponse.json({ token: `till_${sub}.${(signIns += 1)}`, expiresAt: 0, subject: await subjectOf(token) }, { status: 201 });
    }),
    http.delete(`*${paths.sessions}`, ({ request }) => {
      asked.push(`${whoAsks(request)} signs out`);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(
      `*${paths.subscriptions}`,
      answers('account', (who) => ({
        subscriptions: [subscription({ id: `sub_${who}`, customerId: `cus_${who}`, planId: who === 'ada' ? 'team' : 'company' })],
        trialUsed: [],
      })),
    ),
    http.get(
      `*${paths.invoices}`,
      answers('invoices', (who) => ({
        hasMore: false,
        invoices: [
          { id: `in_${who}`, number: `INV-${who}`, status: 'paid', created: 0, currency: 'usd', total: who === 'ada' ? 11_111 : 22_222 },
        ],
      })),
    ),
    http.get(
      `*${paymentMethodPaths.all}`,
      answers('cards', (who) => ({
        paymentMethods: [{ id: `pm_${who}`, type: 'card', brand: 'visa', last4: cardOf[who], isDefault: true }],
      })),
    ),
    http.get(
      `*${entitlementsPath}`,
      answers('entitlements', (who) => ({ features: [`for-${who}`], subscriptions: [], asOf: 0 })),
    ),
  );
});
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  localStorage.clear();
});

const load = async (tokenUrl = '/who'): Promise<TillProvider> => {
  fixtureCleanup();
  return fixture<TillProvider>(html`
    <till-provider token-url=${tokenUrl}>
      <till-subscription-panel></till-subscription-panel>
      <till-entitled feature="for-ada"><b>Ada's room</b></till-entitled>
      <till-entitled feature="for-bob"><b>Bob's room</b></till-entitled>
    </till-provider>
  `);
};
async function loadAsAda(): Promise<void> {
  const page = await load();
  await waitUntil(() => isAdas(page));
}
/** Everything that the page shows, as text. */
function shown(page: HTMLElement): string {
  const panel = page.querySelector('till-subscription-panel')!.shadowRoot!.textContent!;
  const rooms = [...page.querySelectorAll('till-entitled')].flatMap((element) =>
    [...element.shadowRoot!.querySelectorAll('slot')].flatMap((slot) => slot.assignedElements().map(({ textContent }) => textContent)),
  );
  return `${panel} ${rooms.join(' ')}`.replaceAll(/\s+/gu, ' ');
}
const marks = { ada: ['$111.11', '1111', "Ada's room"], bob: ['$222.22', '2222', "Bob's room"] };
const showsNothingOf = (page: HTMLElement, who: keyof typeof marks): boolean => marks[who].every((mark) => !shown(page).includes(mark));
const isBobs = (page: HTMLElement): boolean => ['$222.22', '2222', "Bob's room"].every((mark) => shown(page).includes(mark));
const isAdas = (page: HTMLElement): boolean => ['$111.11', '1111', "Ada's room"].every((mark) => shown(page).includes(mark));
/** The code that is fetched for it is here already, so that the question is put at once. */
const comesBack = (): boolean => document.dispatchEvent(new Event('visibilitychange'));
const count = (what: string): number => asked.filter((one) => one === what).length;

describe('a page with a token-url', () => {
  it('keeps the session of the same person: it asks who is here and signs nobody in again', async () => {
    await loadAsAda();
    const page = await load();
    await waitUntil(() => isAdas(page));
    comesBack();
    await waitUntil(() => count('owner') >= 3 && isAdas(page));
    expect(count('ada signs in')).to.equal(1);
  });

  it.each([
    ['nobody is logged in', 401],
    ['access is refused', 403],
    ['the answer is empty', 204],
  ])('ends the session of who was there before when %s', async (_, status) => {
    await loadAsAda();
    owner = status;
    const page = await load();
    await waitUntil(() => shown(page).includes('You are not signed in here'));
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    await waitUntil(() => count('ada signs out') > 0);
    expect(Object.values(sessionStorage).join(' ')).not.to.contain('till_ada');
  });

  it('is the next person’s after a load: nothing of the one before is asked for or drawn', async () => {
    await loadAsAda();
    owner = 'bob';
    asked = [];
    const page = await load();
    await waitUntil(() => isBobs(page));
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    expect(asked.filter((one) => one.startsWith('ada')))
      .to.include('ada signs out')
      .and.not.include('ada account');
  });

  it('is covered while it asks on a return, and the same person finds it as it was', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    const button = [...page.querySelector('till-subscription-panel')!.shadowRoot!.querySelectorAll('button')];
    button.find(({ textContent }) => textContent?.includes('Cancel'))!.click();
    await waitUntil(() => shown(page).includes('Cancel Team?'));
    comesBack();
    await page.querySelector('till-subscription-panel')!.updateComplete;
    await page.querySelector('till-entitled')!.updateComplete;
    expect(shown(page)).not.to.contain('Cancel Team?');
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    await waitUntil(() => shown(page).includes('Cancel Team?'));
    expect(count('ada account')).to.equal(1);
  });

  it('becomes the next person’s on a return, with open dialogs closed and late answers dropped', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    let release: (() => void) | undefined;
    held = new Promise((resolve) => (release = resolve));
    void page.store.loadAgain?.();
    await waitUntil(() => count('ada account') === 2);
    owner = 'bob';
    comesBack();
    await waitUntil(() => count('bob account') === 1);
    release?.();
    await waitUntil(() => isBobs(page));
    expect(showsNothingOf(page, 'ada')).to.equal(true);
  });

  it.each(['change', 'purchase'])(
    'tells the next person nothing of a %s of the one before that another purchase was faster than',
    async (what) => {
      let release: (() => void) | undefined;
      const late = new Promise<void>((resolve) => (release = resolve));
      let refused = 0;
      let read = 0;
      const faster = () => {
        refused += 1;
        return HttpResponse.json({ code: 'already_subscribed' }, { status: 409 });
      };
      const begin = subscription({
        id: 'sub_ada',
        ...(what === 'change' ? { cancelAt: subscription().currentPeriodEnd } : { status: 'canceled', endedAt: 1, endReason: 'canceled' }),
      });
      worker.use(
        http.post(`*${paths.resume('sub_ada')}`, faster),
        http.post(`*${paths.checkoutSessions}`, faster),
        http.get(`*${paths.subscriptions}`, async ({ request }) => {
          if (whoAsks(request) !== 'ada') return undefined;
          if (refused) {
            read += 1;
            await late;
          }
          return HttpResponse.json({ subscriptions: [begin], trialUsed: [] });
        }),
      );
      const page = await load();
      const panel = page.querySelector('till-subscription-panel')!;
      const name = what === 'change' ? 'Keep my subscription' : 'Subscribe again';
      const button = () => [...panel.shadowRoot!.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === name);
      await waitUntil(() => button()?.disabled === false);
      button()!.click();
      await waitUntil(() => read === 1);
      owner = 'bob';
      comesBack();
      await waitUntil(() => isBobs(page));
      release?.();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await panel.updateComplete;
      expect(panel.shadowRoot!.querySelector('[role=alert]')).to.equal(null);
    },
  );

  it('signs in and out while it stands, by the event and by refresh()', async () => {
    owner = 401;
    const page = await load();
    await waitUntil(() => shown(page).includes('You are not signed in here'));
    owner = 'bob';
    document.dispatchEvent(new Event('till-visitor-change'));
    await waitUntil(() => isBobs(page));
    owner = 401;
    await page.refresh();
    await waitUntil(() => shown(page).includes('You are not signed in here'));
    expect(showsNothingOf(page, 'bob')).to.equal(true);
  });

  it('is signed out by the page, and stays so until it is loaded or asked again', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    await page.signOut();
    await waitUntil(() => shown(page).includes('You are not signed in here'));
    comesBack();
    await waitUntil(() => count('owner') >= 2);
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    expect(count('ada signs in')).to.equal(1);
    await page.refresh();
    await waitUntil(() => isAdas(page));
  });

  it('asks anew when another address is put in, or another provider', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    worker.use(http.get('*/others', () => HttpResponse.json({ token: tokenOf('bob') })));
    page.setAttribute('token-url', '/others');
    await waitUntil(() => isBobs(page));
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    owner = 'ada';
    const other = document.createElement('till-provider');
    other.setAttribute('token-url', '/who');
    page.after(other);
    other.append(page.querySelector('till-subscription-panel')!, ...page.querySelectorAll('till-entitled'));
    await waitUntil(() => isAdas(other));
    expect(showsNothingOf(other, 'bob')).to.equal(true);
    other.remove();
  });

  it.each([
    ['cannot be reached', 0],
    ['fails', 503],
  ])('shows nothing of anybody when the owner’s site %s on a load, and everything again afterwards', async (_, status) => {
    await loadAsAda();
    owner = status;
    const page = await load();
    await waitUntil(() => shown(page).includes('No connection'));
    expect(showsNothingOf(page, 'ada')).to.equal(true);
    expect(Object.values(sessionStorage).join(' ')).to.contain('till_ada');
    owner = 'ada';
    dispatchEvent(new Event('online'));
    await waitUntil(() => isAdas(page));
    expect(count('ada signs in')).to.equal(1);
  });

  it('logs nobody out when the owner’s site fails on a return', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    owner = 0;
    comesBack();
    await waitUntil(() => count('owner') === 2);
    await waitUntil(() => isAdas(page));
  });

  it('hears from another tab that somebody else is there', async () => {
    const page = await load();
    await waitUntil(() => isAdas(page));
    owner = 'bob';
    const tab = new BroadcastChannel(`till:session:${location.origin}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only
    tab.postMessage({ ask: true });
    await waitUntil(() => isBobs(page));
    tab.close();
  });
});

describe('a page without a token-url', () => {
  it('does not take over what the owner’s site began', async () => {
    await loadAsAda();
    fixtureCleanup();
    const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
    await waitUntil(() => shown(page as HTMLElement).includes('You are not signed in here'));
  });

  it('has signOut() too', async () => {
    sessionStorage.setItem(`till:session:${location.origin}`, 'till_ada');
    const page = await fixture<TillProvider>(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
    await waitUntil(() => shown(page).includes('$111.11'));
    await page.signOut();
    await waitUntil(() => shown(page).includes('You are not signed in here'));
    expect(count('ada signs out')).to.equal(1);
  });
});

describe('where a token may go', () => {
  it.each([
    ['another server', 'https://evil.example', '/who'],
    ['another site’s token', location.origin, 'https://evil.example/who'],
    ['a script', location.origin, 'javascript:alert(1)'],
  ])('markup alone does not lead it to %s', async (_, server, tokenUrl) => {
    const sent: string[] = [];
    worker.use(
      http.all('https://evil.example/*', async ({ request }) => {
        sent.push(`${new URL(request.url).pathname} ${await request.text()}`);
        return HttpResponse.json(suite);
      }),
    );
    const page = await fixture(
      html`<till-provider server=${server} token-url=${tokenUrl}><till-subscription-panel></till-subscription-panel></till-provider>`,
    );
    await waitUntil(() => page.querySelector('till-subscription-panel')!.shadowRoot!.textContent!.includes('You are not signed in here'));
    expect(sent.filter((one) => !one.startsWith('/v1/catalog'))).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  it('the page’s own script may allow a server', async () => {
    const Provider = customElements.get('till-provider') as typeof TillProvider;
    Provider.allowServer('https://till.example');
    worker.use(http.get('https://till.example/v1/catalog', () => HttpResponse.json(suite)));
    const page = await fixture<TillProvider>(
      html`<till-provider server="https://till.example" token-url="/who"
        ><till-subscription-panel></till-subscription-panel
      ></till-provider>`,
    );
    await waitUntil(() => asked.includes('ada signs in'));
    expect(page.store.tokenUrl).to.equal(`${location.origin}/who`);
  });
});
