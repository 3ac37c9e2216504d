/** Step checkout: payment methods of every kind that the sandbox knows (API 2026-10-28.endive). */
import type { Metadata } from './catalog.ts';
import type { memory } from './memory.ts';

export interface BillingDetails {
  readonly address: object | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly tax_id: string | null;
}

export interface CardDetails {
  readonly brand: string;
  readonly checks: { readonly cvc_check: string | null };
  readonly country: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly fingerprint: string;
  readonly funding: string;
  readonly last4: string;
  readonly wallet: object | null;
}

/** The kinds that can be made here; `bank` debits take days, `redirect` ones ask on a page of the bank. */
export const methodTypes = ['card', 'us_bank_account', 'sepa_debit', 'link', 'paypal', 'ideal', 'bancontact', 'customer_balance'] as const;
export type MethodType = (typeof methodTypes)[number];

/** Kinds that send the buyer to another page. */
export const redirectTypes: readonly MethodType[] = ['paypal', 'ideal', 'bancontact'];
/** Kinds whose money comes days later. */
export const delayedTypes: readonly MethodType[] = ['us_bank_account', 'sepa_debit'];

export interface PaymentMethod {
  readonly id: string;
  readonly object: 'payment_method';
  readonly allow_redisplay: 'always' | 'limited' | 'unspecified';
  readonly billing_details: BillingDetails;
  readonly card?: CardDetails;
  readonly us_bank_account?: object;
  readonly sepa_debit?: object;
  readonly link?: object;
  readonly paypal?: object;
  readonly ideal?: object;
  readonly bancontact?: object;
  readonly customer_balance?: object;
  readonly created: number;
  readonly customer: string | null;
  readonly metadata: Metadata;
  readonly type: MethodType;
  /** `number`: of the card or account. `authenticated`: its owner has passed 3D Secure for later charges. */
  readonly [memory]: { readonly number: string; readonly authenticated: boolean };
}

export const paymentMethodConstants = { customer_account: null, livemode: false } as const;
