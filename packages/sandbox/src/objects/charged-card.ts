import type { PaymentMethod } from './payment.ts';

/** The card as a charge tells of it: what the network said, without what only a saved card has. */
export function chargedCard({ card }: PaymentMethod, amount: number, paid: boolean): object {
  const { brand, last4, exp_month, exp_year } = card;
  return {
    amount_authorized: paid ? amount : null,
    authorization_code: null,
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month,
    exp_year,
    fingerprint: null,
    funding: 'credit',
    installments: null,
    last4,
    mandate: null,
    network: brand,
    network_token: { used: false },
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}
