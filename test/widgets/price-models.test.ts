import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { afterEach, describe, it } from 'vitest';
import '@tillkit/widgets';
import '../../packages/widgets/src/extended/extended.ts';
import type { TillAddOnSelector, TillPlanPicker, TillTotal } from '@tillkit/widgets';
import { he } from '../../packages/widgets/src/text/he.ts';
import { hebrewModels, models, selection } from '../../stories/fixtures/catalogs.ts';

afterEach(() => fixtureCleanup());

const chosen = { messages: 1500, storage: 60, backup: 1, requests: 1 };
const words = (root: ParentNode, selector: string): string[] =>
  [...root.querySelectorAll(selector)].map(({ textContent }) => textContent!.replaceAll(/\s+/gu, ' ').trim());

describe('price models on a page', () => {
  it('are explained line by line and added up: 90.00 + 10.00 + 1.25 + 7.00 + 99.00 once', async () => {
    const element = await fixture<TillTotal>(
      html`<till-total .catalog=${models} .selection=${selection(models, { planId: 'team' }, chosen)}></till-total>`,
    );
    expect(words(element.shadowRoot!, '.line')).to.deep.equal([
      'Team 5 × $12.00 + 3 × $10.00 $90.00',
      'Requests by use —',
      'Messages 2 × 1,000 at $5.00 $10.00',
      'Storage 50 included + 10 × $0.125 $1.25',
      'Backup $7.00',
      'Setup, Team once $99.00',
    ]);
    expect(words(element.shadowRoot!, '.sum')).to.deep.equal(['Due today $207.25']);
    await expect(element).to.be.accessible();
  });

  it('say on cards and add-ons how they are priced', async () => {
    const so = selection(models, { planId: 'team' });
    const picker = await fixture<TillPlanPicker>(html`<till-plan-picker .catalog=${models} .selection=${so}></till-plan-picker>`);
    expect(words(picker.shadowRoot!, '.cost strong')).to.deep.equal(['$19.00', 'from $12.00']);
    expect(words(picker.shadowRoot!, '.toggle em')).to.deep.equal(['', '']);
    const addOns = await fixture<TillAddOnSelector>(
      html`<till-add-on-selector .catalog=${models} .selection=${so}></till-add-on-selector>`,
    );
    expect(words(addOns.shadowRoot!, '.price').slice(0, 4)).to.deep.equal([
      '$0.0005 each, by use',
      '$5.00 for every 1,000 a month',
      '50 included, then $0.125 a GB, a month',
      '$29.00 a month',
    ]);
  });

  it('step an add-on without a minimum in its own step', async () => {
    const addOns = await fixture<TillAddOnSelector>(
      html`<till-add-on-selector .catalog=${models} .selection=${selection(models, { planId: 'team' })}></till-add-on-selector>`,
    );
    addOns.shadowRoot!.querySelector<HTMLButtonElement>('[aria-label="More: Storage"]')!.click();
    await addOns.updateComplete;
    expect(addOns.shadowRoot!.querySelector<HTMLInputElement>('[aria-label=Storage]')!.value).to.equal('10');
  });

  it('are written in Hebrew, from the right', async () => {
    const so = selection(hebrewModels, { planId: 'team' }, chosen);
    const element = await fixture<TillTotal>(html`<till-total .catalog=${hebrewModels} .selection=${so} .texts=${he}></till-total>`);
    expect(words(element.shadowRoot!, '.line')[5]).to.contain('הקמה');
    await expect(element).to.be.accessible();
  });
});
