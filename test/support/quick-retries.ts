/**
 * Stripe's SDK waits half a second and more before it asks again; nothing here needs the rest that a busy Stripe would have.
 *
 * How often it asks again, and with which key, stays as it is. Throws where the SDK has changed inside, so that nobody waits unnoticed.
 */
import Stripe from 'stripe';

/* oxlint-disable no-underscore-dangle -- the names are the SDK's */
const { _requestSender: sender } = new Stripe('sk_test_quick') as unknown as { _requestSender: object };
const prototype = Object.getPrototypeOf(sender) as { _getSleepTimeInMS?: () => number };
if (typeof prototype._getSleepTimeInMS !== 'function') throw new Error('The Stripe SDK has another way to wait before it asks again.');
prototype._getSleepTimeInMS = () => 2;

/*
 * The SDK notes with every call who made it, for the error that may come of it; that takes a thirtieth of a test. The error of a
 * call that fails is told all the same, by the test in which it does.
 */
const resource = Stripe.StripeResource.prototype as unknown as {
  _makeRequest?: (...parts: unknown[]) => unknown;
  /** A file of tests finds the SDK as the files before it have left it. */
  notesNoCaller?: true;
};
const makeRequest = resource._makeRequest;
if (typeof makeRequest !== 'function') throw new Error('The Stripe SDK has another way to make a request.');
if (!resource.notesNoCaller) {
  resource.notesNoCaller = true;
  resource._makeRequest = function (...parts) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return makeRequest.apply(this, parts);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
