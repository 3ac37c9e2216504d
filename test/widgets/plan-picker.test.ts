import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { afterEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { PlanSelection } from '@tillkit/core/selection/selection';
import type { TillPlanPicker } from '@tillkit/widgets';
import { selection, suite } from '../../stories/fixtures/catalogs.ts';

afterEach(() => fixtureCleanup());

const show = () => fixture<TillPlanPicker>(html`<till-plan-picker .catalog=${suite} .selection=${selection(suite)}></till-plan-picker>`);
const root = (element: TillPlanPicker): ShadowRoot => element.shadowRoot!;
const radio = (element: TillPlanPicker, id: string): HTMLInputElement => root(element).querySelector<HTMLInputElement>(`#${id}`)!;

describe('<till-plan-picker>', () => {
  it('offers the plans as one group of radio buttons, the recommended one chosen', async () => {
    const element = await show();
    const radios = [...root(element).querySelectorAll<HTMLInputElement>('input[name=plan]')];
    expect(radios.map(({ id, checked }) => [id, checked])).to.deep.equal([
      ['starter', false],
      ['team', true],
      ['company', false],
    ]);
    await expect(element).to.be.accessible();
  });

  it('says what one saves a year with all seats that are chosen', async () => {
    const element = await fixture<TillPlanPicker>(
      html`<till-plan-picker .catalog=${suite} .selection=${{ ...selection(suite, { planId: 'team' }), seats: 3 }}></till-plan-picker>`,
    );
    const yearly = [...root(element).querySelectorAll('label')].find(({ textContent }) => textContent!.includes('Yearly'));
    expect(yearly?.textContent).to.contain('Save $174.00 a year');
  });

  it('names a plan by its name and price', async () => {
    const element = await show();
    const names = radio(element, 'company').getAttribute('aria-labelledby')!.split(' ');
    expect(names.map((id) => root(element).getElementById(id)?.textContent?.replaceAll(/\s+/gu, ' ').trim())).to.deep.equal([
      'Company',
      '$79.00 a seat, a month',
    ]);
  });

  it('tells the page of a choice with its quote', async () => {
    const element = await show();
    const event = oneEvent(element, 'till-selection-change');
    radio(element, 'company').click();
    const { selection: chosen, quote } = (await event) as unknown as { selection: { planId: string }; quote: { dueToday: number } };
    expect(chosen.planId).to.equal('company');
    expect(quote.dueToday).to.equal(7900);
    expect(radio(element, 'company').checked).to.equal(true);
  });

  it('says in money what one saves by paying yearly, and shows the yearly price', async () => {
    const element = await show();
    const yearly = [...root(element).querySelectorAll('label')].find(({ textContent }) => textContent?.includes('Yearly'))!;
    expect(yearly.textContent).to.contain('Save $58.00 a year');
    yearly.querySelector('input')!.click();
    await element.updateComplete;
    expect(root(element).getElementById('price-team')?.textContent).to.contain('$290.00');
  });

  it('shows the prices of what something else has chosen, whatever its toggle was set to before', async () => {
    const element = await show();
    const toggle = (): string =>
      [...root(element).querySelectorAll('label')].find((label) => label.querySelector<HTMLInputElement>('[name=interval]')?.checked)!
        .textContent!;
    const price = (id: string): string => root(element).getElementById(`price-${id}`)!.textContent!;
    root(element).querySelectorAll<HTMLInputElement>('[name=interval]')[1]!.click();
    await element.updateComplete;
    expect(toggle()).to.contain('Yearly');
    element.selection = selection(suite, { planId: 'company' });
    await element.updateComplete;
    expect(toggle()).to.contain('Monthly');
    expect(price('company')).to.contain('$79.00');
    // more of something keeps what the toggle was set to
    root(element).querySelectorAll<HTMLInputElement>('[name=interval]')[1]!.click();
    await element.updateComplete;
    element.selection = { ...(element.selection as PlanSelection), seats: 2 };
    await element.updateComplete;
    expect(toggle()).to.contain('Yearly');
  });

  it('keeps the toggle beside a plan that has no such interval, and shows what that plan is chosen at', async () => {
    const [plan] = suite.plans;
    const quarter = { ...plan!.prices[0]!, interval: '3-month', amounts: { usd: 2500 } };
    const catalog = {
      ...suite,
      intervals: [...suite.intervals, '3-month'],
      plans: suite.plans.map((one) => (one === plan ? { ...one, prices: [quarter, one.prices[0]!] } : one)),
    };
    const element = await fixture<TillPlanPicker>(
      html`<till-plan-picker
        .catalog=${catalog}
        .selection=${{ ...selection(suite, { planId: 'starter' }), interval: '3-month' }}
      ></till-plan-picker>`,
    );
    const price = (): string => root(element).getElementById('price-starter')!.textContent!;
    const intervals = () => [...root(element).querySelectorAll<HTMLInputElement>('[name=interval]')];
    intervals()[1]!.click();
    await element.updateComplete;
    expect(intervals()[1]!.checked).to.equal(true);
    expect(element.selection).to.include({ interval: '3-month' });
    expect(price()).to.contain('$25.00');
    radio(element, 'team').click();
    await element.updateComplete;
    // what it would be chosen at, not the first of its prices
    expect(price()).to.contain('$9.00');
    radio(element, 'starter').click();
    await element.updateComplete;
    expect(element.selection).to.include({ planId: 'starter', interval: 'month' });
    expect(price()).to.contain('$9.00');
    expect(intervals()[1]!.checked).to.equal(true);
  });

  it('counts seats by its buttons and by typing, and never leaves what is sold', async () => {
    const element = await show();
    const seats = (): HTMLInputElement => root(element).querySelector('input[type=number]')!;
    root(element).querySelector<HTMLButtonElement>('button[aria-label="More: Seats"]')!.click();
    await element.updateComplete;
    expect(element.selection).to.include({ seats: 2 });
    for (const [typed, becomes] of [
      ['9999', 500],
      ['0', 1],
      ['', 1],
      ['2.4', 2],
    ] as const) {
      seats().value = typed;
      seats().dispatchEvent(new Event('change'));
      await element.updateComplete;
      expect(element.selection, typed).to.include({ seats: becomes });
      expect(seats().value).to.equal(String(becomes));
    }
  });

  it('shows markup in a name as text', async () => {
    const name = '<img src=x onerror="globalThis.broken = true">';
    const catalog = { ...suite, plans: suite.plans.map((plan) => ({ ...plan, name })) };
    const element = await fixture<TillPlanPicker>(
      html`<till-plan-picker .catalog=${catalog} .selection=${selection(suite)}></till-plan-picker>`,
    );
    expect(root(element).querySelector('img')).to.equal(null);
    expect(root(element).textContent).to.contain(name);
  });
});
