import { accountSections } from './account.ts';
import { catalogSections } from './catalog.ts';
import { checkoutSections } from './checkout.ts';
import { customerSections } from './customers.ts';
import { invoiceSections } from './invoices.ts';
import { paymentSections } from './payments.ts';
import type { Section } from './section.ts';
import { subscriptionSections } from './subscriptions.ts';

/** The whole walk through the API. */
export const sections: readonly Section[] = [
  ...catalogSections,
  ...customerSections,
  ...subscriptionSections,
  ...invoiceSections,
  ...paymentSections,
  ...checkoutSections,
  ...accountSections,
];
