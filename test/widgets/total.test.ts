import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { afterEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillTotal } from '@tillkit/widgets';
import { he } from '../../packages/widgets/src/text/he.ts';
import { everything, hebrewSuite, redis, selection, suite } from '../../stories/fixtures/catalogs.ts';
import { waitUntil } from '../support/wait-until.ts';

afterEach(() => fixtureCleanup());

type Shown = Parameters<typeof selection>;
const show = (...[catalog, wish, addOns]: Shown) =>
  fixture<TillTotal>(html`<till-total .catalog=${catalog} .selection=${selection(catalog, wish, addOns)}></till-total>`);
const text = (element: TillTotal, selector: string): string =>
  element.shadowRoot!.querySelector(selector)!.textContent!.replaceAll(/\s+/gu, ' ').trim();
const lines = (element: TillTotal): string[] =>
  [...element.shadowRoot!.querySelectorAll('.line')].map(({ textContent }) => textContent!.replaceAll(/\s+/gu, ' ').trim());

describe('<till-total>', () => {
  it('explains every line and adds them up: 790.00 + 10 × 40.00 + 190.00 once = 1,380.00', async () => {
    const element = await show(suite, { planId: 'company', interval: 'year' }, { 'extra-seats': 10, onboarding: 1 });
    expect(lines(element)).to.deep.equal(['Company $790.00', 'Guest seats 10 × $40.00 $400.00', 'Onboarding once $190.00']);
    expect(text(element, '.sum')).to.equal('Due today $1,380.00');
    expect(element.shadowRoot!.textContent).to.contain('Then $1,190.00 a year.');
    await expect(element).to.be.accessible();
  });

  it('says when a trial ends and what comes then', async () => {
    const element = await show(redis);
    expect(text(element, '.sum')).to.equal('Due in 30 days $29.00');
    expect(element.shadowRoot!.textContent).to.contain('Free for 30 days, then $29.00 a month.');
    expect(text(element, '.primary')).to.equal('Start free trial');
  });

  it('says at once that a total is more than can be paid, and sells it to nobody', async () => {
    const element = await fixture<TillTotal>(
      html`<till-total .catalog=${suite} .selection=${{ ...selection(suite, { planId: 'company' }), seats: 20_000 }}></till-total>`,
    );
    const alerts = (): string[] => [...element.shadowRoot!.querySelectorAll('[role=alert]')].map(({ textContent }) => textContent!.trim());
    expect(alerts()).to.deep.equal(['That is more than can be paid at once. Choose less, or write to us.']);
    expect(text(element, '.sum')).to.equal('Due today $1,580,000.00');
    let asked = 0;
    element.addEventListener('till-checkout-request', () => (asked += 1));
    const button = element.shadowRoot!.querySelector<HTMLButtonElement>('[part=submit]')!;
    button.click();
    expect([asked, button.getAttribute('aria-disabled')]).to.deep.equal([0, 'true']);
    element.selection = selection(suite, { planId: 'company' });
    await element.updateComplete;
    expect(alerts()).to.deep.equal([]);
    await expect(element).to.be.accessible();
  });

  it('says that tax comes on top', async () => {
    expect((await show(everything)).shadowRoot!.textContent).to.contain('Plus tax');
  });

  it('speaks only the settled sum', async () => {
    const element = await show(suite, { planId: 'starter' });
    const spoken = (): string => text(element, '[aria-live=polite]');
    expect(spoken()).to.equal('');
    await waitUntil(() => spoken() === 'Due today: $9.00');
  });

  it('writes money and words in Hebrew, from the right', async () => {
    const chosen = selection(hebrewSuite, { planId: 'starter', currency: 'ils' });
    const element = await fixture<TillTotal>(html`<till-total .catalog=${hebrewSuite} .selection=${chosen} .texts=${he}></till-total>`);
    expect(text(element, '.sum')).to.contain('לתשלום היום');
    expect(element.shadowRoot!.querySelector('[dir]')!.getAttribute('dir')).to.equal('rtl');
    await expect(element).to.be.accessible();
  });

  it('asks the page first when the button is pressed', async () => {
    const element = await show(suite, { planId: 'starter' });
    const asked = oneEvent(element, 'till-checkout-request');
    element.shadowRoot!.querySelector<HTMLButtonElement>('.primary')!.click();
    expect(((await asked) as unknown as { selection: unknown }).selection).to.deep.equal(selection(suite, { planId: 'starter' }));
  });
});
