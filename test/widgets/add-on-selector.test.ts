import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { afterEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillAddOnSelector } from '@tillkit/widgets';
import { selection, suite } from '../../stories/fixtures/catalogs.ts';

afterEach(() => fixtureCleanup());

const show = (planId = 'team') =>
  fixture<TillAddOnSelector>(
    html`<till-add-on-selector .catalog=${suite} .selection=${selection(suite, { planId })}></till-add-on-selector>`,
  );
const find = <Kind extends Element>(element: TillAddOnSelector, selector: string): Kind =>
  element.shadowRoot!.querySelector<Kind>(selector)!;
const chosen = (element: TillAddOnSelector): unknown => (element.selection as { addOns: unknown }).addOns;

describe('<till-add-on-selector>', () => {
  it('moves in its step, from nothing to the smallest that is sold and back', async () => {
    const element = await show();
    const press = async (name: string): Promise<void> => {
      find<HTMLButtonElement>(element, `button[aria-label="${name}: Guest seats"]`).click();
      await element.updateComplete;
    };
    await press('More');
    expect(chosen(element)).to.deep.equal({ 'extra-seats': 5 });
    await press('More');
    expect(chosen(element)).to.deep.equal({ 'extra-seats': 10 });
    await press('Fewer');
    await press('Fewer');
    expect(chosen(element)).to.deep.equal({});
    await expect(element).to.be.accessible();
  });

  it('says how often each price is paid', async () => {
    const element = await show();
    const prices = [...element.shadowRoot!.querySelectorAll('[part=price]')].map(({ textContent }) => textContent!.trim());
    expect(prices.length).to.be.greaterThan(1);
    for (const price of prices) expect(price).to.match(/ a month$|, a month$|, once$/u);
  });

  it('takes the nearest quantity for what is typed, and says so', async () => {
    const element = await show();
    const input = find<HTMLInputElement>(element, 'input[aria-label="Guest seats"]');
    input.value = '12';
    input.dispatchEvent(new Event('change'));
    await element.updateComplete;
    expect(chosen(element)).to.deep.equal({ 'extra-seats': 10 });
    expect(find(element, '[role=status]').textContent).to.contain('10 is the nearest');
  });

  it('counts what is typed at once when it can be bought', async () => {
    const element = await show();
    const input = find<HTMLInputElement>(element, 'input[aria-label="Storage"]');
    const event = oneEvent(element, 'till-selection-change');
    input.value = '7';
    input.dispatchEvent(new Event('input'));
    await event;
    expect(chosen(element)).to.deep.equal({ storage: 7 });
  });

  it('speaks its limits', async () => {
    const element = await show();
    const input = find<HTMLInputElement>(element, 'input[aria-label="Guest seats"]');
    expect(find(element, `#${input.getAttribute('aria-describedby')}`).textContent).to.contain('5 to 100, in steps of 5');
  });

  it('says why something is not to be had', async () => {
    const element = await show('starter');
    expect(element.shadowRoot!.textContent).to.contain('Not part of this plan.');
    expect(element.shadowRoot!.querySelector('[aria-label="Add Priority support"]')).to.equal(null);
  });
});
