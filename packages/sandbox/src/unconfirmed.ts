/**
 * Rules of Stripe that no source at hand confirms, one constant each.
 *
 * Promise: where the sandbox only believes something, it can be read and changed here.
 */

/** Customers that one test clock can have: common knowledge of Stripe's guide to test clocks. */
export const mostCustomersOfTestClock = 3;

/** Statuses in which a subscription grants its features: Stripe says "according to the subscription status" without a table at hand. */
export const entitledStatuses: readonly string[] = ['active', 'trialing', 'past_due'];
/** A subscription item of quantity 0 with tiers pays the first tier's flat amount; speaks for it: that tier contains 0. */
export const zeroQuantityPaysFirstFlat = true;
