/**
 * Rules of Stripe.js that no source at hand confirms, one constant each; they run in browsers.
 *
 * Promise: where the stand-in only believes something, it can be read and changed here.
 */

/** Whether a change of the fields after `elements.submit()` asks for another one: the page confirms what it has seen checked. */
export const submitEndsWithChange = true;

/** Statuses in which an intent's client secret is used up: the clover changelog says terminal states, without a list. */
export const finishedStatuses: readonly string[] = ['succeeded', 'canceled', 'processing', 'requires_capture'];

/** `redirect_status` of a payment whose money comes later: guides to delayed methods show `pending`. */
export const processingRedirectStatus = 'pending';

/** What the bank hears when the buyer closes the 3D Secure dialog: Stripe.js returns an authentication failure then. */
export const closedDialogResult = 'failed';

/** Countries whose card form shows a postal code: common knowledge of the payment element. */
export const postalCodeCountries: readonly string[] = ['US', 'CA', 'GB'];

/** Countries whose cards are incomplete without a postal code; Stripe asks by rules of its own, so nothing is demanded here. */
export const postalCodeDemandedIn: readonly string[] = [];

/** Type of the error when a deferred group and its intent do not agree: the guide says that the confirmation fails, not how. */
export const disagreementType = 'invalid_request_error';

/** Wallet buttons that are shown only where the page says `always`. */
export const walletsOnDemand: readonly string[] = ['amazon_pay', 'klarna'];
