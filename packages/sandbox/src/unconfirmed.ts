/**
 * Rules of Stripe that no source at hand confirms, one constant each.
 *
 * Promise: where the sandbox only believes something, it can be read and changed here.
 */
import type { MethodType } from './objects/payment-method.ts';

export * from './stripe-js/unconfirmed.ts';

/** Seconds for which a link into the customer portal works: Stripe calls it short-lived and names an hour of use in passing. */
export const portalSessionSeconds = 60 * 60;

/** Whether a meter event counts whole units only; Stripe's guide has whole numbers in its examples, the API says decimal. */
export const meterValuesAreWhole = true;

/** Customers that one test clock can have: common knowledge of Stripe's guide to test clocks. */
export const mostCustomersOfTestClock = 3;

/** Intervals that the last phase of a schedule lasts when it names no end: public integrations leave it out, and their phase ends after one. */
export const openPhaseIntervals = 1;

/** Statuses of refusals that an idempotency key keeps: Stripe keeps what came after the execution began, also a 500, and nothing that failed validation; of the 4xx only declines are taken to come after. */
export const keptRefusals: readonly number[] = [402, 500];

/** Statuses after which `stripe-should-retry` is true, beside `lock_timeout`: Stripe's SDKs speak of lock timeouts, and of no for what a retry would only repeat. */
export const retryableStatuses: readonly number[] = [409, 503];

/** Statuses in which a subscription grants its features: Stripe says "according to the subscription status" without a table at hand. */
export const entitledStatuses: readonly string[] = ['active', 'trialing', 'past_due'];

/** How many intervals of its shortest subscription one advance of a test clock may cover: as Stripe's guide is remembered. */
export const longestAdvanceIntervals = 2;

/** A subscription item of quantity 0 with tiers pays the first tier's flat amount; speaks for it: that tier contains 0. */
export const zeroQuantityPaysFirstFlat = true;

/** The networks' codes for a decline: the response codes of ISO 8583; which of them Stripe's test cards carry is not documented. */
export const networkDeclineCodes: Readonly<Record<string, string>> = {
  generic_decline: '05',
  insufficient_funds: '51',
  lost_card: '41',
  stolen_card: '43',
  expired_card: '54',
  incorrect_cvc: '82',
  card_velocity_exceeded: '65',
  processing_error: '96',
  authentication_required: '1A',
};

interface Fees {
  readonly basisPoints: number;
  /** Minor units by currency, `other` for the rest. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly most?: number;
}
const cardFees: Fees = { basisPoints: 290, fixed: { usd: 30, eur: 25, gbp: 20, jpy: 0, other: 30 } };

/** What Stripe keeps of a payment: its public prices in the United States; each account may have others. */
export const processingFees: Readonly<Record<MethodType, Fees>> = {
  card: cardFees,
  link: cardFees,
  paypal: cardFees,
  us_bank_account: { basisPoints: 80, fixed: {}, most: 500 },
  sepa_debit: { basisPoints: 0, fixed: { other: 35 } },
  ideal: { basisPoints: 0, fixed: { other: 80 } },
  bancontact: { basisPoints: 140, fixed: { other: 30 } },
  customer_balance: { basisPoints: 50, fixed: {}, most: 500 },
};

/** Seconds until the money of a charge is available: two days in the United States; other countries have other rules. */
export const availableAfterSeconds = 2 * 86_400;

/** After a hard decline the schedule goes on without charging that payment method again: so reads Stripe's guide to retries. */
export const skipsHardDeclines = true;

/** A credit note over an amount gives back taxes in its share of the invoice's total; how Stripe divides it is not said. */
export const creditedAmountSharesTax = true;

/** Seconds that the first invoice of a subscription stays a draft when it is sent: as long as a renewal's. */
export const sentFirstInvoiceSeconds = 3600;

/** What a dispute costs, in minor units: the public price in the United States. */
export const disputeFee: Readonly<Record<string, number>> = { usd: 1500, eur: 2000, gbp: 2000, other: 1500 };

/** Seconds until a refund that waits has arrived or come back: Stripe says some days. */
export const refundSeconds = 3 * 86_400;

/** Seconds in which a dispute must be answered: banks give 7 to 21 days. */
export const disputeResponseSeconds = 7 * 86_400;

/** Seconds until a bank decides about evidence: Stripe says 60 to 75 days; without Stripe's own test words it is then lost. */
export const disputeDecisionSeconds = 60 * 86_400;

/** Seconds until a bank debit has come or failed: four banking days; Stripe's sandboxes are quicker, by how much is not said. */
export const debitSeconds = 4 * 86_400;

/** Seconds that an authorization by hand can be captured: seven days for most cards (docs.stripe.com/payments/place-a-hold). */
export const captureSeconds = 7 * 86_400;

/** Whether a confirmation without the buyer must name a `return_url` too; the examples of Stripe's guides do not. */
export const offSessionNeedsReturnUrl = false;

/** Whether a first subscription is active as soon as its bank debit is on its way, before the money has come; guides to delayed methods say so in passing. */
export const processingActivates = true;

/** What an amount off leaves over when it is divided among lines goes to the largest remainders; else to the first lines. */
export const spreadsByLargestRemainder = true;

/** Exclusive taxes beside inclusive ones are taken on the amount without the inclusive ones. */
export const taxesNetOfInclusive = true;

/** A coupon of duration `once` outlives an invoice on which it takes off nothing, such as the first of a trial. */
export const onceOutlivesFreeInvoice = true;

/** Tax behavior of prices that say `unspecified` where tax is automatic: an account's default. */
export const defaultTaxBehavior = 'exclusive';

/** Proration lines contain percentages off already and are not discounted again; an amount off is not prorated. */
export const prorationsContainPercentOff = true;
/** Seconds between the attempts to deliver an event: Stripe says that a sandbox tries three times over a few hours. */
export const sandboxRetrySeconds: readonly number[] = [60 * 60, 2 * 60 * 60, 4 * 60 * 60];

/** The same for live mode: Stripe says up to three days with growing waits, not which. */
export const liveRetrySeconds: readonly number[] = [5 * 60, 30 * 60, 2 * 60 * 60, 5 * 60 * 60, 10 * 60 * 60, 18 * 60 * 60, 36 * 60 * 60];

/** A subscription that must be paid at once is refused for a customer without any payment method, unless it may begin incomplete by `default_incomplete`; known from public threads only. */
export const needsMethodToBegin = true;
