/** Thrown, not returned: the page uses Stripe.js in a way that can never work. */
export class IntegrationError extends Error {
  override readonly name = 'IntegrationError';
}
