/**
 * Rules of Stripe's arithmetic that no public source settles, one constant each; `docs/unconfirmed-rules.md` is their
 * table. `npm run test:live` asks Stripe.
 */
import { roundShare } from './exact.ts';
import { allocate } from './money.ts';

/** How one line of a proration becomes whole minor units: halves away from zero. */
export const roundProration = roundShare;

/** How an inclusive tax becomes whole minor units: halves away from zero, line by line. */
export const roundInclusiveTax = roundShare;

/** How a percentage off a line becomes whole minor units: halves away from zero, line by line. */
export const roundPercentOff = roundShare;

/** An exclusive tax beside inclusive ones is taken on the amount without the inclusive ones. */
export const exclusiveTaxOnNetAmount = true;

/** A coupon of duration `once` is not used up by an invoice of 0, such as a trial's first. */
export const freeInvoiceKeepsOnceCoupon = true;

/** A quantity of 0 reaches the first tier, so its flat amount is charged. */
export const zeroQuantityReachesFirstTier = true;

/** An amount off is spread over the lines by what is left of them; what cannot be divided goes to the largest remainders. */
export const spreadAmountOff = allocate;

/** A proration contains percentages off; an amount off belongs to a whole invoice and is not prorated. */
export const prorationContainsPercentOff = true;

/** Digits of an amount in COP, HUF, JPY and LBP: Stripe says that cards take more than eight, and not how many. */
export const mostDigitsOfLargeCards = 12;
