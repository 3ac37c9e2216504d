/** Step checkout: domains on which wallets may show (API 2026-10-28.endive). */

interface WalletStatus {
  readonly status: 'active' | 'inactive';
}

export interface PaymentMethodDomain {
  readonly id: string;
  readonly object: 'payment_method_domain';
  readonly amazon_pay: WalletStatus;
  readonly apple_pay: WalletStatus;
  readonly created: number;
  readonly domain_name: string;
  readonly enabled: boolean;
  readonly google_pay: WalletStatus;
  readonly klarna: WalletStatus;
  readonly link: WalletStatus;
  readonly livemode: false;
  readonly paypal: WalletStatus;
}
