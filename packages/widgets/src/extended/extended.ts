/**
 * Step 3, quote: price models, add-on rules, discounts and taxes on a page, fetched only where the catalog has any or a
 * buyer enters a code.
 *
 * Promise: a page without them loads none of it, and a page with them never shows an amount before it is here.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { formatMoney } from '@tillkit/core/money/format-money';
import { parseExact } from '@tillkit/core/money/exact';
import type { MoneyPattern } from '@tillkit/core/money/pattern';
import type { LineStep } from '@tillkit/core/pricing/line-step';
import { unitText } from '@tillkit/core/pricing/price-rate';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { followAddOnRules } from '@tillkit/core/selection/add-on-rules';
import { html, type TemplateResult } from 'lit';
import { setEngine } from '../provider/engine.ts';
import { extendedTexts, type ExtendedTexts } from '../text/extended-texts.ts';
import type { Texts } from '../text/texts.ts';

/** An amount that need not be whole minor units: "€0.005"; as many decimals as it has, at least the currency's. */
function decimalMoney(decimal: string, pattern: MoneyPattern): string {
  const exact = parseExact(decimal);
  if (typeof exact === 'number') return formatMoney(exact, pattern);
  const [whole = '0', fraction = ''] = decimal.split('.');
  const digits = pattern.digits + fraction.length;
  return formatMoney(Number(whole + fraction), { ...pattern, digits });
}

/** What a line's words are made with. */
interface Show {
  readonly words: ExtendedTexts;
  readonly language: string;
  readonly pattern: MoneyPattern;
}

const showIn = ({ language }: Texts, { money }: Catalog, currency: string): Show => ({
  words: extendedTexts(language),
  language,
  pattern: money[currency]!,
});

const count = (value: number, { language }: Show): string => new Intl.NumberFormat(language).format(value);

/** "5 × €8.00 + 3 × €6.50"; tiers that hold nothing and charge nothing are left out. */
const explain = (steps: readonly LineStep[], show: Show): string =>
  steps
    .map((step) => {
      const { words } = show;
      const amount = (decimal: string): string => decimalMoney(decimal, show.pattern);
      if (step.kind === 'packages') return words.packages(count(step.packages, show), count(step.divideBy, show), amount(step.unitAmount));
      if (step.kind === 'metered') return words.usage;
      if (step.kind !== 'tier' || !(step.units || step.flatAmount)) return '';
      if (step.unitAmount === '0' && !step.flatAmount) return words.included(count(step.units, show));
      return words.tier(count(step.units, show), amount(step.unitAmount), step.flatAmount ? amount(step.flatAmount) : '');
    })
    .filter(Boolean)
    .join(' + ');

const row = (name: unknown, amount: string): TemplateResult =>
  html`<div class="line" part="line">
    <dt>${name}</dt>
    <dd>${amount}</dd>
  </div>`;

setEngine({
  quote: quoteExactly,

  fit({ catalog, selection: before }, result) {
    if (catalog.status !== 'complete' || !result.ok || !('planId' in result.selection)) return result;
    const fitted = followAddOnRules(catalog.value, before && 'planId' in before ? before : undefined, result.selection);
    return fitted.ok ? { ...fitted, dropped: [...result.dropped, ...fitted.dropped] } : fitted;
  },

  priceText({ model, amounts }, currency, texts, sold) {
    if (!model) return undefined;
    const show = showIn(texts, sold, currency);
    const { words, pattern } = show;
    const one = model.tiers
      ? formatMoney(amounts[currency] ?? 0, pattern)
      : decimalMoney(unitText({ id: '', amounts, model }, currency), pattern);
    const [first, second] = model.tiers?.[currency] ?? [];
    if (first?.upTo && second?.unitAmount && !first.unitAmount && !first.flatAmount)
      return words.includedThen(count(first.upTo, show), decimalMoney(second.unitAmount, pattern));
    if (model.metered) return words.byUse(one);
    if (model.transformQuantity) return words.perPackage(one, count(model.transformQuantity.divideBy, show));
    return model.tiers ? words.from(one) : one;
  },

  why: ({ steps }, currency, texts, sold) => steps && explain(steps, showIn(texts, sold, currency)),

  lines({ lines, currency, discounts = [], taxes = [], credit, introductory }, texts, sold) {
    const show = showIn(texts, sold, currency);
    const { words } = show;
    const money = (amount: number): string => formatMoney(amount, show.pattern);
    return [
      ...lines.map(({ kind, name, quantity, unitAmount, amount, interval, steps }) => {
        const why = steps ? explain(steps, show) : quantity > 1 ? texts.times(quantity, money(unitAmount)) : '';
        const whys = [why, interval ? '' : texts.once].filter(Boolean).join(', ');
        const title = kind === 'setup_fee' ? words.setupFee(name) : name;
        const byUse = steps?.[0]?.kind === 'metered';
        return row(html`${title} <bdi class="why">${whys}</bdi>`, byUse ? '—' : amount ? money(amount) : texts.free);
      }),
      ...discounts.map(({ name, amount }) => row(name, money(-amount))),
      ...taxes.map(({ name, amount, inclusive }) => row(inclusive ? words.taxIncluded(name) : name, money(amount))),
      credit ? row(words.credit, money(-credit)) : '',
      introductory ? row(words.introductory(introductory.months), money(introductory.amount)) : '',
    ];
  },
});
