/** Step checkout: what the page and the frames of its elements tell each other, by `postMessage` between two origins. Types only. */

export type Json = Record<string, unknown>;

export type ElementType =
  | 'payment'
  | 'address'
  | 'expressCheckout'
  | 'linkAuthentication'
  | 'contactDetails'
  | 'taxId'
  | 'currencySelector'
  | 'terms'
  | 'linkSignup'
  | 'checkoutForm';

/** Stripe's Appearance: colors and sizes of the page, applied inside the frames. */
export interface Appearance {
  readonly theme?: 'stripe' | 'night' | 'flat';
  readonly variables?: Readonly<Record<string, string>>;
  readonly rules?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly labels?: 'auto' | 'above' | 'floating';
  readonly inputs?: 'spaced' | 'condensed';
  readonly disableAnimations?: boolean;
}

export interface FontSource {
  readonly cssSrc?: string;
  readonly family?: string;
  readonly src?: string;
  readonly weight?: string;
  readonly style?: string;
}

/** A saved payment method as the frame shows it. */
export interface SavedMethod {
  readonly id: string;
  readonly type: string;
  readonly brand: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly billing_details: Json;
}

/** What the elements of one group are for; it changes with `elements.update` and with the intent. */
export interface Purpose {
  readonly mode: 'payment' | 'setup' | 'subscription';
  /** Minor units. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** Payment method types on offer, in order. */
  readonly types: readonly string[];
  readonly saved: readonly SavedMethod[];
  readonly canSave: boolean;
  readonly canRemove: boolean;
  readonly keepsForLater: boolean;
  /** Currencies that a checkout session offers, for its selector. */
  readonly currencies?: readonly string[];
}

export interface FrameSettings {
  readonly element: ElementType;
  /** Origin of the page. */
  readonly parent: string;
  readonly key: string;
  readonly locale: string;
  readonly appearance: Appearance;
  readonly fonts: readonly FontSource[];
  readonly options: Json;
  readonly purpose: Purpose;
}

/** Stripe's error as Stripe.js returns it. */
export interface StripeJsError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly [more: string]: unknown;
}

export type ToFrame =
  | { readonly type: 'settings'; readonly settings: FrameSettings }
  | { readonly type: 'focus' | 'blur' | 'clear' | 'collapse' }
  | { readonly type: 'ask'; readonly id: number; readonly question: 'validate' | 'collect' | 'value'; readonly details: Json };

/** What a frame answers: `error` when the fields are not fit, else what was asked for. */
export interface FrameAnswer {
  readonly error?: StripeJsError;
  /** Payment method type that is chosen. */
  readonly selected?: string;
  /** Id of the payment method that was made or chosen. */
  readonly paymentMethod?: string;
  /** The payment method itself, as the API answered; it never holds a card number. */
  readonly object?: Json;
  readonly savePaymentMethod?: boolean;
  readonly value?: Json;
}

export type FromFrame =
  | { readonly type: 'height'; readonly pixels: number }
  | { readonly type: 'answer'; readonly id: number; readonly answer: FrameAnswer }
  | { readonly type: 'event'; readonly name: string; readonly event: Json };
