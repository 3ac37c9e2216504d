/**
 * Step 3, quote: price models, add-on rules, discounts and taxes on a page, fetched only where the catalog has any or a
 * buyer enters a code.
 *
 * Promise: a page without them loads none of it, and a page with them never shows an amount before it is here.
 */
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { countText, decimalMoney, formatMoney } from '@tillkit/core/money/format-money';
import type { MoneyPattern } from '@tillkit/core/money/pattern';
import { unitText } from '@tillkit/core/pricing/price-rate';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import { followAddOnRules } from '@tillkit/core/selection/add-on-rules';
import { setEngine } from '../provider/engine.ts';
import { extendedTexts, type ExtendedTexts } from '../text/extended-texts.ts';
import type { Texts } from '../text/texts.ts';

/** What a line's words are made with. */
interface Show {
  readonly words: ExtendedTexts;
  readonly pattern: MoneyPattern;
}

const showIn = ({ language }: Texts, { money }: Catalog, currency: string): Show => ({
  words: extendedTexts(language),
  pattern: money[currency]!,
});

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
      return words.includedThen(countText(first.upTo, pattern), decimalMoney(second.unitAmount, pattern));
    if (model.metered) return words.byUse(one);
    if (model.transformQuantity) return words.perPackage(one, countText(model.transformQuantity.divideBy, pattern));
    return model.tiers ? words.from(one) : one;
  },
});
