/**
 * Rules of Stripe that no source at hand confirms, one constant each.
 *
 * Promise: where the sandbox only believes something, it can be read and changed here.
 */

/** Customers that one test clock can have: common knowledge of Stripe's guide to test clocks. */
export const mostCustomersOfTestClock = 3;
