/** Payment method types whose buyers go to another page and come back. */
export const redirectTypes = new Set(['paypal', 'ideal', 'bancontact', 'klarna', 'amazon_pay']);
