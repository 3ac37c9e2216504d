/** Stripe's script or fields never answer: each ends in a sentence and a way on, after a limit. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillProvider } from '@tillkit/widgets';
import { serves, suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
/** What Stripe does not answer. */
let silent: 'ready' | 'loadActions' | 'confirm' | undefined;
let standing = 0;
const never = new Promise<never>(() => undefined);
const { setTimeout: later } = globalThis;
/** The form's limits, milliseconds: for script and fields, and for a payment. */
const limits = new Set([20_000, 600_000]);
/** A limit is short only for what hangs: what answers late on a busy machine is not cut off. */
let hangs = true;

function standInForStripe(): void {
  const confirm = () => (silent === 'confirm' ? never : Promise.resolve({ type: 'error', error: { message: 'Declined.' } }));
  const sdk = {
    createPaymentElement: () => {
      const element = {
        mount: () => void (standing += 1),
        on: (name: string, listener: () => void) => {
          if (name === 'ready' && silent !== 'ready') queueMicrotask(listener);
          return element;
        },
        destroy: () => void (standing -= 1),
      };
      return element;
    },
    changeAppearance: () => undefined,
    loadActions: () => (silent === 'loadActions' ? never : Promise.resolve({ type: 'success', actions: { confirm } })),
  };
  const Stripe = Object.assign(() => ({ initCheckoutElementsSdk: () => sdk, _registerWrapper: () => undefined }), { version: 'endive' });
  Object.assign(globalThis, { Stripe });
}

beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
beforeEach(() => {
  standing = 0;
  silent = undefined;
  hangs = true;
  const shortened = (work: () => void, milliseconds = 0) => later(work, hangs && limits.has(milliseconds) ? 100 : milliseconds);
  Object.assign(globalThis, { setTimeout: shortened });
  worker.use(
    ...serves({ ...suite, publishableKey: 'pk_test_widget' }),
    http.post(`*${paths.checkoutSessions}`, () =>
      HttpResponse.json({ checkoutSessionId: 'cs_1', clientSecret: 'cs_secret', expiresAt: 0 }, { status: 201 }),
    ),
  );
});
afterEach(() => {
  Object.assign(globalThis, { setTimeout: later });
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
  localStorage.clear();
});

const open = async (): Promise<ShadowRoot> => {
  const page = await fixture<TillProvider>(html`<till-provider plan="starter"><till-card-form></till-card-form></till-provider>`);
  return page.querySelector('till-card-form')!.shadowRoot!;
};
const textOf = (element: Element): string => element.textContent!.replaceAll(/\s+/gu, ' ').trim();
const button = (form: ShadowRoot, name: RegExp): HTMLButtonElement | undefined =>
  [...form.querySelectorAll('button')].find((one) => name.test(textOf(one)));
const alert = (form: ShadowRoot): string => textOf(form.querySelector('[role=alert]')!);
const sentence = 'The payment service does not answer.';
async function hasWaysOn(form: ShadowRoot): Promise<void> {
  await waitUntil(() => alert(form).includes(sentence));
  await waitUntil(() => button(form, /^Try again$/u) && button(form, /^Pay on Stripe/u));
  expect([standing, button(form, /^Pay \$9/u)!.disabled]).to.deep.equal([0, true]);
  await expect(form.host).to.be.accessible();
}

describe('the card form of a Stripe that is silent', () => {
  // first: a script that has come once is there for the page
  it('whose script never comes says so, with its page as a way, and opens when the script does come', async () => {
    let release: (() => void) | undefined;
    const comes = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    Object.assign(globalThis, { standInForStripe });
    worker.use(
      http.get('https://js.stripe.com/*', async () => {
        asked += 1;
        await comes;
        return new HttpResponse('standInForStripe()', { headers: { 'content-type': 'text/javascript' } });
      }),
    );
    const form = await open();
    await hasWaysOn(form);
    expect(asked).to.equal(1);
    release?.();
    await waitUntil(() => 'Stripe' in globalThis);
    hangs = false;
    button(form, /^Try again$/u)!.click();
    await waitUntil(() => button(form, /^Pay \$9/u)?.disabled === false);
    expect([standing, alert(form)]).to.deep.equal([1, '']);
  });

  it.each(['ready', 'loadActions'] as const)('whose fields never come (%s) says so, and tries again', async (what) => {
    silent = what;
    standInForStripe();
    const form = await open();
    await hasWaysOn(form);
    silent = undefined;
    hangs = false;
    button(form, /^Try again$/u)!.click();
    await waitUntil(() => button(form, /^Pay \$9/u)?.disabled === false);
    expect([standing, alert(form)]).to.deep.equal([1, '']);
  });

  it('which never says what became of a payment says that nobody knows, and asks again for the same', async () => {
    silent = 'confirm';
    hangs = false;
    standInForStripe();
    const form = await open();
    await waitUntil(() => button(form, /^Pay \$9/u)?.disabled === false);
    form.querySelector<HTMLInputElement>('input[type=email]')!.value = 'ada@example.com';
    hangs = true;
    button(form, /^Pay \$9/u)!.click();
    await waitUntil(() => alert(form).includes('Whether it was done is not known.'));
    silent = undefined;
    hangs = false;
    await waitUntil(() => button(form, /^Pay \$9/u)?.disabled === false);
    expect(standing).to.equal(1);
    button(form, /^Pay \$9/u)!.click();
    await waitUntil(() => alert(form).includes('Declined.'));
  });

  it('says that there is no connection where it is our server that is silent, with another try', async () => {
    let release: ((answer: Response) => void) | undefined;
    const late = new Promise<Response>((resolve) => (release = resolve));
    hangs = false;
    // the time of nothing but the silent request is over, and not before it was sent: what a busy machine answers late is waited for
    const { timeout } = AbortSignal;
    const { fetch } = globalThis;
    const signals = new Map<unknown, AbortController>();
    AbortSignal.timeout = () => {
      const limit = new AbortController();
      signals.set(limit.signal, limit);
      return limit.signal;
    };
    let limitOfSession: AbortController | undefined;
    globalThis.fetch = (input, init) => {
      if (String(input).includes(paths.checkoutSessions)) limitOfSession = signals.get(init?.signal);
      return fetch(input, init);
    };
    worker.use(
      http.post(`*${paths.checkoutSessions}`, () => {
        limitOfSession!.abort(new DOMException('late', 'TimeoutError'));
        return late;
      }),
    );
    try {
      standInForStripe();
      const form = await open();
      await waitUntil(() => alert(form).includes('No connection.'));
      expect(button(form, /^Try again$/u)?.disabled).to.equal(false);
    } finally {
      AbortSignal.timeout = timeout;
      globalThis.fetch = fetch;
      release?.(new HttpResponse(null, { status: 503 }));
    }
  });
});
