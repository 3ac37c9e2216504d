import { expect, fixture, fixtureCleanup, html, oneEvent } from '@open-wc/testing';
import { afterEach, describe, it } from 'vitest';
import '@tillkit/widgets';
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
