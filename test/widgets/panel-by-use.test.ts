/** What is paid by use, and what ends in a later period: what the panel says of the money that is still to come. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import type { Subscription } from '@tillkit/core/subscription/subscription';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import { hebrewSuite, suite } from '../../stories/fixtures/catalogs.ts';
import { cards, owns, paysWith, signIn, subscription } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const day = 86_400;
/** 1 May 2027, 12:00 UTC. */
const now = 1_809_172_800;
const periodEnd = now + 20 * day;

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

async function show(...handlers: Parameters<typeof worker.use>): Promise<HTMLElement> {
  signIn();
  worker.use(...handlers);
  const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
  return page.querySelector('till-subscription-panel')!;
}
const words = (panel: HTMLElement): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');
const says = (panel: HTMLElement, text: string): Promise<void> =>
  waitUntil(() => words(panel).includes(text), `${text} in ${words(panel)}`);
/** By its accessible name. */
const button = (panel: HTMLElement, name: string): HTMLButtonElement | undefined =>
  [...panel.shadowRoot!.querySelectorAll('button')].find((one) => (one.ariaLabel ?? one.textContent!.trim()) === name);
async function press(panel: HTMLElement, name: string): Promise<void> {
  await waitUntil(() => button(panel, name)?.disabled === false, `${name} in ${words(panel)}`);
  button(panel, name)!.click();
}

const byUse = (more: Partial<Subscription> = {}): Subscription =>
  subscription({
    items: [
      {
        id: 'si_1',
        kind: 'plan',
        productId: 'team',
        name: 'Team',
        quantity: 1,
        unitAmount: 5,
        amount: 0,
        interval: 'month',
        explanation: [{ kind: 'steps', steps: [{ kind: 'metered' }] }],
      },
    ],
    nextPayment: { at: periodEnd, amount: 0 },
    needsPaymentMethod: true,
    ...more,
  });

describe('the last card', () => {
  it.each([
    ['of what is paid by use, which costs nothing in advance', byUse()],
    ['of what is paid by use and is to end, whose use is paid after', byUse({ cancelAt: periodEnd })],
    ['of what ends in a later period', subscription({ cancelAt: periodEnd + 60 * day, endsByOwner: true, needsPaymentMethod: true })],
  ])('%s stays', async (_, owned) => {
    const panel = await show(...paysWith(cards.visa), ...owns([owned]));
    await says(panel, 'To remove it, add another one first.');
    expect(button(panel, 'Remove: Visa ending in 4242')).to.equal(undefined);
  });
});

describe('a trial without a card', () => {
  const trial = { status: 'trialing', trialEnd: now + 3 * day, hasPaymentMethod: false } as const;

  it('asks for one also where it ends in a later period', async () => {
    const panel = await show(...owns([subscription({ ...trial, cancelAt: now + 90 * day, needsPaymentMethod: true })]));
    await says(panel, 'Your free trial ends on May 4, 2027');
  });

  it('asks for none where it ends with the trial', async () => {
    const panel = await show(...owns([subscription({ ...trial, cancelAt: now + 3 * day })]));
    await says(panel, 'Payment methods');
    expect(words(panel)).not.to.contain('Your free trial ends on');
  });
});

describe('what is paid by use', () => {
  it('is not called free while nothing has been used', async () => {
    const panel = await show(...owns([byUse()]));
    await says(panel, 'Next payment: $0.00 on May 21, 2027.');
    expect(words(panel)).not.to.contain('Free, for as long as you like.');
  });

  it.each([
    [
      'en',
      suite,
      'Cancel',
      'You keep everything until May 21, 2027. What you use until then is charged after it ends, and nothing more. Until then you can change your mind.',
    ],
    ['he', hebrewSuite, 'ביטול המינוי', 'השימוש עד אז יחויב לאחר הסיום, ולא יהיו חיובים נוספים. עד אז אפשר להתחרט.'],
  ] as const)('says before it is canceled that the use until then is still charged: %s', async (language, catalog, cancel, sentence) => {
    document.documentElement.lang = language;
    const panel = await show(...owns([byUse()], catalog));
    await press(panel, cancel);
    await says(panel, sentence);
    await expect(panel).to.be.accessible();
  });

  it('says so neither in a trial nor of seats', async () => {
    for (const owned of [byUse({ status: 'trialing', trialEnd: periodEnd }), subscription({ needsPaymentMethod: true })]) {
      const panel = await show(...owns([owned]));
      await press(panel, 'Cancel');
      await says(panel, 'You keep everything until May 21, 2027 and pay nothing after that.');
      fixtureCleanup();
    }
  });
});
