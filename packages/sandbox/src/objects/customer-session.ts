/** Step panel: what a customer session lets a browser do; its id is the client secret. */
export interface CustomerSessionGrant {
  readonly id: string;
  readonly object: 'customer_session_grant';
  readonly customer: string;
  /** Unix seconds. */
  readonly expires_at: number;
  /** Of the payment element, as the session's answer says them; null: not switched on. */
  readonly features: PaymentElementFeatures | null;
}

export interface PaymentElementFeatures {
  readonly payment_method_allow_redisplay_filters: readonly string[];
  readonly payment_method_redisplay: 'enabled' | 'disabled';
  readonly payment_method_redisplay_limit: number;
  readonly payment_method_remove: 'enabled' | 'disabled';
  readonly payment_method_save: 'enabled' | 'disabled';
}
