/** What the sandbox remembers about an object and Stripe never shows: a symbol key stays out of JSON and of comparisons. */
export const memory = Symbol('memory');
