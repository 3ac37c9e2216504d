import { BillingError } from '../http/billing-error.ts';

/** A payment waits for the customer's bank, on the invoice's own page; the change goes on when it is paid. */
export class PaymentWaits extends BillingError {
  constructor() {
    super('authentication_required');
  }
}
