/**
 * The HTTP API between widgets and server, as schemas: the only description of it.
 *
 * The server validates with them and derives `/openapi.json`; widgets import the types. A request never decides an
 * amount, a Stripe price, a customer id or a trial length: it carries ids and quantities of the catalog, and the amounts that were
 * shown only so that other ones are refused.
 */
import * as v from 'valibot';
import { MoneyPatternSchema } from '../catalog/catalog.ts';
import { toEmailAddress } from './email-address.ts';
import { DiscountSchema } from '../discount/discount.ts';
import { ReceiptSchema } from '../receipt/receipt.ts';
import { InvoiceSchema, SubscriptionSchema, SubscriptionStatusSchema } from '../subscription/subscription.ts';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const quantity = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000));
const url = v.pipe(v.string(), v.maxLength(2000));
/** SHA-256 of a 32-byte secret that only this browser knows, base64url. */
const verifierHash = v.pipe(v.string(), v.regex(/^[\w-]{43}$/u));
const unixSeconds = v.pipe(v.number(), v.safeInteger());
const minorUnits = v.pipe(v.number(), v.safeInteger());
const addOns = v.record(id, quantity);
const notNegative = v.pipe(minorUnits, v.minValue(0));
/** What the page has shown by the catalog alone (`ListedAmounts`), minor units: refused with `preview_changed` when it is another by now. */
const shown = v.strictObject({
  today: notNegative,
  recurring: notNegative,
  /** Decimal text: what one unit of each line costs that is paid by use. */
  usage: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(200))),
});
/** What a buyer types; Stripe compares without regard to case. */
const promotionCode = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));

export const PlanSelectionSchema = v.strictObject({
  planId: id,
  interval: v.pipe(v.string(), v.maxLength(12)),
  currency: v.pipe(v.string(), v.length(3)),
  seats: quantity,
  addOns,
});
export const ProductSelectionSchema = v.strictObject({ productId: id, quantity, currency: v.pipe(v.string(), v.length(3)) });
export const SelectionSchema = v.union([PlanSelectionSchema, ProductSelectionSchema]);

export const CheckoutSessionRequestSchema = v.strictObject({
  selection: SelectionSchema,
  /** `hosted_page` leaves for Stripe's page, `elements` returns a client secret for the card form. */
  uiMode: v.exactOptional(v.picklist(['hosted_page', 'elements'])),
  /** The page to come back to; its origin must be allowed. */
  returnUrl: url,
  verifierHash,
  /** Two-letter language for Stripe's page. */
  locale: v.exactOptional(v.pipe(v.string(), v.maxLength(20))),
  /** A code of the owner's that the buyer knows. */
  promotionCode: v.exactOptional(promotionCode),
  /** A signed preview of this selection: the checkout does exactly that, or is refused with the difference. */
  preview: v.exactOptional(v.pipe(v.string(), v.maxLength(8192))),
  shown: v.exactOptional(shown),
});
export type CheckoutSessionRequest = v.InferOutput<typeof CheckoutSessionRequestSchema>;

export const CheckoutSessionResponseSchema = v.object({
  checkoutSessionId: v.string(),
  /** Where to go, in `hosted_page`. */
  url: v.exactOptional(v.string()),
  /** For Stripe.js, in `elements`. */
  clientSecret: v.exactOptional(v.string()),
  expiresAt: unixSeconds,
});
export type CheckoutSessionResponse = v.InferOutput<typeof CheckoutSessionResponseSchema>;

/** Creates a free plan, or a trial without a card, at once; for a signed-in buyer. */
export const SubscriptionRequestSchema = v.strictObject({ selection: PlanSelectionSchema, shown: v.exactOptional(shown) });
export type SubscriptionRequest = v.InferOutput<typeof SubscriptionRequestSchema>;
export const SubscriptionResponseSchema = v.object({ subscription: SubscriptionSchema });
export type SubscriptionResponse = v.InferOutput<typeof SubscriptionResponseSchema>;

export const SubscriptionListSchema = v.object({
  subscriptions: v.array(SubscriptionSchema),
  /** Plan groups in which this customer has had a trial already. */
  trialUsed: v.array(v.string()),
  /** How currencies that the catalog does not sell in are written, where a subscription has one. */
  money: v.exactOptional(v.record(v.string(), MoneyPatternSchema)),
});
export type SubscriptionList = v.InferOutput<typeof SubscriptionListSchema>;

const email = v.pipe(
  v.string(),
  v.maxLength(254),
  v.check((text) => toEmailAddress(text) !== undefined),
);

/** Asks for a code by e-mail; only where the catalog says `emailCodes`. */
export const EmailCodeRequestSchema = v.strictObject({
  email,
  verifierHash,
  /** BCP 47 language of the mail. */
  locale: v.exactOptional(v.pipe(v.string(), v.maxLength(20))),
});
export type EmailCodeRequest = v.InferOutput<typeof EmailCodeRequestSchema>;

/** The same for every address, whether anybody knows it, and whether a mail is sent. */
export const EmailCodeResponseSchema = v.object({ challengeId: v.string() });
export type EmailCodeResponse = v.InferOutput<typeof EmailCodeResponseSchema>;

export const SessionRequestSchema = v.union([
  /** A JWT that the owner's backend signed. */
  v.strictObject({ token: v.pipe(v.string(), v.maxLength(8192)) }),
  /** A checkout that this browser started and finished. */
  v.strictObject({ checkoutSessionId: v.pipe(v.string(), v.maxLength(255)), verifier: v.pipe(v.string(), v.regex(/^[\w-]{43}$/u)) }),
  /** A code that came by e-mail to the one who asked for it in this browser. */
  v.strictObject({
    challengeId: v.pipe(v.string(), v.regex(/^[\w-]{22}$/u)),
    code: v.pipe(v.string(), v.regex(/^\d{8}$/u)),
    verifier: v.pipe(v.string(), v.regex(/^[\w-]{43}$/u)),
  }),
]);
export type SessionRequest = v.InferOutput<typeof SessionRequestSchema>;

export const SessionResponseSchema = v.object({
  /** Opaque, `till_…`; sent as `Authorization: Bearer`. */
  token: v.string(),
  expiresAt: unixSeconds,
  /** SHA-256 (base64url) of the JSON `[iss, sub]` of the person: tells a page whether it is still the same one. */
  subject: v.string(),
  /** Only after a checkout: what was bought. */
  checkout: v.exactOptional(
    v.object({
      checkoutSessionId: v.string(),
      customerId: v.exactOptional(v.string()),
      subscription: v.exactOptional(SubscriptionSchema),
      /** `processing`: a bank debit that takes days. */
      payment: v.picklist(['paid', 'nothing_due', 'processing']),
      currency: v.string(),
      amountTotal: minorUnits,
      /** Every line that was paid, as Stripe's invoice has it; absent where there was none. */
      receipt: v.exactOptional(ReceiptSchema),
    }),
  ),
});
export type SessionResponse = v.InferOutput<typeof SessionResponseSchema>;

/** The whole target of a change. What is absent stays; an empty `addOns` removes every add-on. */
export const ChangeTargetSchema = v.strictObject({
  planId: v.exactOptional(id),
  interval: v.exactOptional(v.pipe(v.string(), v.maxLength(12))),
  seats: v.exactOptional(quantity),
  addOns: v.exactOptional(addOns),
});
export type ChangeTarget = v.InferOutput<typeof ChangeTargetSchema>;

export const PreviewRequestSchema = v.union([
  v.strictObject({ selection: SelectionSchema, promotionCode: v.exactOptional(promotionCode) }),
  v.strictObject({ subscriptionId: v.pipe(v.string(), v.maxLength(255)), target: ChangeTargetSchema }),
  /** What it costs to resume a paused subscription. */
  v.strictObject({ subscriptionId: v.pipe(v.string(), v.maxLength(255)), action: v.literal('resume') }),
]);
export type PreviewRequest = v.InferOutput<typeof PreviewRequestSchema>;

export const DiscountRequestSchema = v.strictObject({ promotionCode, selection: SelectionSchema });
/** Asks what a code takes off a selection. */
export type DiscountRequest = v.InferOutput<typeof DiscountRequestSchema>;
export const DiscountResponseSchema = v.object({ discount: DiscountSchema });
/** What the code takes off, for the live total. */
export type DiscountResponse = v.InferOutput<typeof DiscountResponseSchema>;

export const InvoicePreviewSchema = v.object({
  currency: v.string(),
  /** Stripe's lines of what is due now (or at `effectiveAt`), proration included. */
  lines: v.array(
    v.object({
      kind: v.picklist(['plan', 'add_on', 'product', 'proration', 'other']),
      /** Catalog name, where the line is about a plan, an add-on or a product. */
      name: v.string(),
      /** Stripe's sentence, for what the catalog cannot name. */
      description: v.string(),
      quantity: v.number(),
      amount: minorUnits,
      proration: v.boolean(),
      periodStart: unixSeconds,
      periodEnd: unixSeconds,
    }),
  ),
  /** Charged on confirmation; negative never: what is left over becomes credit. */
  dueNow: minorUnits,
  /** What the customer gets as credit for later invoices, positive. */
  credit: minorUnits,
  /** What the change adds to the next renewal's invoice, before tax; negative when it takes off. */
  onNextInvoice: v.exactOptional(minorUnits),
  /** Every renewal afterwards, without credit and tax; of a change without discounts, of a purchase less those that last for ever. */
  recurring: v.object({ amount: minorUnits, interval: v.string() }),
  /** Of a change, or of resuming: something is taken off that, of the next renewal or of more. */
  isDiscounted: v.exactOptional(v.literal(true)),
  tax: minorUnits,
  /** `now`, or at the end of the period for a downgrade. */
  effective: v.picklist(['now', 'period_end']),
  effectiveAt: unixSeconds,
  /** Where a new period begins now, since what was paused is resumed or a trial ends: when that ends, and is renewed. */
  renewsAt: v.exactOptional(unixSeconds),
  /** Of a change within a trial: when its free time ends; that is `effectiveAt` where the change itself ends it. */
  trialEnd: v.exactOptional(unixSeconds),
  /** Of a change within a trial: the payment after what is due now, where Stripe has said it and a card pays it. */
  nextPayment: v.exactOptional(v.object({ at: unixSeconds, amount: minorUnits })),
  /** The second that proration is counted from. */
  prorationDate: v.exactOptional(unixSeconds),
  /** The same as a receipt: what is paid now, with the next invoice, or at the end of the period. */
  receipt: v.exactOptional(ReceiptSchema),
  /** What every renewal consists of afterwards, by the prices that the customer pays then; before discounts and tax. */
  renewal: v.exactOptional(ReceiptSchema),
});
/** Stripe's own numbers (`invoices.createPreview`), not our arithmetic. */
export type InvoicePreview = v.InferOutput<typeof InvoicePreviewSchema>;

export const PreviewResponseSchema = v.object({
  invoice: InvoicePreviewSchema,
  /** Signed by the server; goes back to confirm exactly this. */
  preview: v.string(),
  expiresAt: unixSeconds,
});
export type PreviewResponse = v.InferOutput<typeof PreviewResponseSchema>;

export const ChangeRequestSchema = v.strictObject({ preview: v.pipe(v.string(), v.maxLength(8192)) });
export type ChangeRequest = v.InferOutput<typeof ChangeRequestSchema>;

/** Takes a cancellation back, or resumes; what is paused is resumed by its preview, since that charges at once. */
export const ResumeRequestSchema = v.strictObject({ preview: v.exactOptional(v.pipe(v.string(), v.maxLength(8192))) });
export type ResumeRequest = v.InferOutput<typeof ResumeRequestSchema>;

export const CancelRequestSchema = v.strictObject({
  /** `now` ends it without refund, bills what is paid by use until now, and takes a fresh sign-in; absent: with the period that is paid. */
  when: v.exactOptional(v.picklist(['period_end', 'now'])),
  feedback: v.exactOptional(
    v.picklist([
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ]),
  ),
  comment: v.exactOptional(v.pipe(v.string(), v.maxLength(500))),
});
export type CancelRequest = v.InferOutput<typeof CancelRequestSchema>;

export const PortalSessionRequestSchema = v.strictObject({ returnUrl: url, locale: v.exactOptional(v.pipe(v.string(), v.maxLength(20))) });
/** Asks for Stripe's own customer portal; takes a fresh sign-in. */
export type PortalSessionRequest = v.InferOutput<typeof PortalSessionRequestSchema>;
export const PortalSessionResponseSchema = v.object({ url: v.string() });
export type PortalSessionResponse = v.InferOutput<typeof PortalSessionResponseSchema>;

export const EntitlementsSchema = v.object({
  /** What the customer may use now, by the names that the catalog's `grants` give. */
  features: v.array(v.string()),
  /** How much of what the catalog limits, all that is paid for together; what is missing is none. */
  limits: v.record(v.string(), v.union([v.number(), v.literal('unlimited')])),
  subscriptions: v.array(
    v.object({
      id: v.string(),
      status: SubscriptionStatusSchema,
      planId: v.exactOptional(v.string()),
      access: v.boolean(),
      /** When access ends unless something happens. */
      until: v.exactOptional(unixSeconds),
    }),
  ),
  asOf: unixSeconds,
});
export type Entitlements = v.InferOutput<typeof EntitlementsSchema>;

/** The same as a JWT of the server's own, and until when it is good. */
export const EntitlementTokenSchema = v.object({ token: v.string(), expiresAt: unixSeconds });
export type EntitlementToken = v.InferOutput<typeof EntitlementTokenSchema>;

export * from './payment-methods.ts';

export const InvoiceListSchema = v.object({
  invoices: v.array(InvoiceSchema),
  hasMore: v.boolean(),
  /** How currencies that the catalog does not sell in are written, where an invoice has one. */
  money: v.exactOptional(v.record(v.string(), MoneyPatternSchema)),
});
export type InvoiceList = v.InferOutput<typeof InvoiceListSchema>;

export const ProblemSchema = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  /** A stable code of `errorCodes`. */
  code: v.string(),
  detail: v.exactOptional(v.string()),
  /** How often a wrong code may still be corrected. */
  triesLeft: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** Request id, for the owner's logs. */
  instance: v.string(),
});
/** RFC 9457. */
export type Problem = v.InferOutput<typeof ProblemSchema>;
