/** Step 7, panel: what a customer pays with, on the wire. */
import * as v from 'valibot';

const url = v.pipe(v.string(), v.maxLength(2000));
const unixSeconds = v.pipe(v.number(), v.safeInteger());

export const PaymentMethodSchema = v.object({
  /** Stripe's `pm_…`. */
  id: v.string(),
  /** Stripe's type, such as `card`, `sepa_debit`, `link`. */
  type: v.string(),
  /** Of a card: Stripe's `visa`, `mastercard`, `amex`… */
  brand: v.exactOptional(v.string()),
  last4: v.exactOptional(v.string()),
  expiryMonth: v.exactOptional(v.number()),
  expiryYear: v.exactOptional(v.number()),
  /** Whether renewals are taken from it. */
  isDefault: v.boolean(),
});
/** What a customer pays with, as Stripe shows it at this moment; none of it is stored. */
export type PaymentMethod = v.InferOutput<typeof PaymentMethodSchema>;

export const PaymentMethodListSchema = v.object({ paymentMethods: v.array(PaymentMethodSchema) });
export type PaymentMethodList = v.InferOutput<typeof PaymentMethodListSchema>;

const stripeId = v.pipe(v.string(), v.maxLength(255));
export const PaymentMethodRequestSchema = v.strictObject({
  /** The page to come back to; its origin must be allowed. */
  returnUrl: url,
  locale: v.exactOptional(v.pipe(v.string(), v.maxLength(20))),
  /** What goes on with the new card: a paused subscription is resumed, its open invoice is paid. */
  subscriptionId: v.exactOptional(stripeId),
  /** The preview of resuming it, where it is paused; without it nothing is resumed. */
  preview: v.exactOptional(v.pipe(v.string(), v.maxLength(8192))),
});
/** Asks for Stripe's page on which a payment method is entered. */
export type PaymentMethodRequest = v.InferOutput<typeof PaymentMethodRequestSchema>;

export const PaymentMethodSetupSchema = v.object({ checkoutSessionId: v.string(), url: v.string(), expiresAt: unixSeconds });
/** Where the customer enters it. */
export type PaymentMethodSetup = v.InferOutput<typeof PaymentMethodSetupSchema>;

export const AddedPaymentMethodSchema = v.strictObject({ checkoutSessionId: stripeId });
/** Says that the customer is back from Stripe's page. */
export type AddedPaymentMethod = v.InferOutput<typeof AddedPaymentMethodSchema>;
