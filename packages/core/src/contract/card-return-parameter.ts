/** Query parameter that the return from Stripe's page for a new payment method carries; apart, as only the panel needs it. */
export const cardReturnParameter = 'till_card';
