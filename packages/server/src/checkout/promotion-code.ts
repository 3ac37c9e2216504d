/** Step 3, quote: whether a code is good for this buyer and this selection. */
import { amountStep } from '@tillkit/core/money/currency';
import { discountRefusal } from '@tillkit/core/discount/discount-refusal';
import type { Quote } from '@tillkit/core/quote/quote';
import { quoteExactly } from '@tillkit/core/quote/quote-exactly';
import type { Selection } from '@tillkit/core/selection/selection';
import type { Offer } from '../catalog/catalog-source.ts';
import type { Context } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readPromotionCodes, type PromotionCode } from '../stripe/promotion-codes.ts';
import { hasPaidBefore } from '../stripe/customers.ts';
import type { Till, TillEnv } from '../till.ts';

/** Whether an amount of a quote is none that its currency has. */
function leavesParts({ currency, dueToday, recurring, introductory }: Quote): boolean {
  return [dueToday, recurring?.amount ?? 0, introductory?.amount ?? 0].some((amount) => amount % amountStep(currency) !== 0);
}

interface Purchase {
  readonly code: string;
  readonly selection: Selection;
  readonly customerId: string | undefined;
  readonly offer: Offer;
}

/** The code with what it takes off, in the catalog's ids; throws why it is not good here. Whoever tries too many is refused unasked. */
export function findPromotionCode(c: Context<TillEnv>, till: Pick<Till, 'stripe'>, purchase: Purchase): Promise<PromotionCode> {
  return c.get('tryCode')(() => goodCode(till, purchase));
}

/** The first of that text that is good; what is said of none is said of the first. */
async function goodCode(till: Pick<Till, 'stripe'>, purchase: Purchase): Promise<PromotionCode> {
  let refusal: unknown;
  // somebody else's code is no more than an unknown one
  for (const found of await readPromotionCodes(till.stripe, purchase.code, purchase.customerId)) {
    try {
      return await demandGood(till, found, purchase);
    } catch (error) {
      if (!(error instanceof BillingError)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new BillingError('promotion_code_unknown');
}

async function demandGood({ stripe }: Pick<Till, 'stripe'>, found: PromotionCode, purchase: Purchase): Promise<PromotionCode> {
  const { selection, customerId, offer } = purchase;
  if (found.firstPurchaseOnly && customerId !== undefined && (await hasPaidBefore(stripe, customerId)))
    throw new BillingError('promotion_code_first_purchase');

  const { appliesTo, ...discount } = found.discount;
  const known = appliesTo?.flatMap((productId) => offer.entryOf(productId)?.id ?? []);
  const lines = quoteExactly(offer.catalog, selection).lines;
  const good = known ? { ...discount, appliesTo: known } : discount;
  const { currency } = selection;
  const refusal = discountRefusal(good, lines, currency);
  if (refusal) throw new BillingError(refusal);
  // what Stripe does with a part of the smallest amount of such a currency is not known, or moves money into the balance
  if (leavesParts(quoteExactly(offer.catalog, selection, { trialAvailable: false, discounts: [good] })))
    throw new BillingError('promotion_code_not_applicable', {
      detail: `It leaves an amount that ${currency.toUpperCase()} does not have.`,
    });
  return { ...found, discount: good };
}
