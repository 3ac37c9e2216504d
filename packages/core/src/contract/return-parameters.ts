/** Query parameters that the return from Stripe's page carries. */
export const returnParameters = { checkout: 'till_checkout', canceled: 'till_canceled' } as const;
