import { memory } from './memory.ts';
import type { Charge, PaymentMethod } from './payment.ts';
import type { CardDetails } from './payment-method.ts';

/** How a charge went for the network. */
export interface ChargedHow {
  /** Minor units. */
  readonly amount: number;
  readonly paid: boolean;
  /** Unix seconds until which an authorization can be captured; null when it is captured at once. */
  readonly captureBefore: number | null;
  /** Its owner has passed 3D Secure for it. */
  readonly challenged: boolean;
}

/** The card as a charge tells of it: what the network said, without what only a saved card has. */
function chargedCard(card: CardDetails, { amount, paid, captureBefore, challenged }: ChargedHow): object {
  const { brand, last4, exp_month, exp_year, country, funding, checks, fingerprint, wallet } = card;
  return {
    amount_authorized: paid ? amount : null,
    authorization_code: null,
    brand,
    ...(captureBefore !== null && { capture_before: captureBefore }),
    checks,
    country,
    electronic_commerce_indicator: null,
    exp_month,
    exp_year,
    fingerprint,
    funding,
    installments: null,
    last4,
    mandate: null,
    network: brand,
    network_token: { used: false },
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: challenged
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet,
  };
}

const debited = (details: object | undefined, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(details ?? {}).filter(([name]) => names.includes(name)));

const noSepaDebit = { generated_sepa_debit: null, generated_sepa_debit_mandate: null };
const verifiedName = { iban_last4: null, verified_name: null };

/** What `payment_method_details` of a charge says. */
export function chargedMethod(method: PaymentMethod, how: ChargedHow): Charge['payment_method_details'] {
  const { type } = method;
  const account = ['account_holder_type', 'account_type', 'bank_name', 'fingerprint', 'last4', 'routing_number'];
  const details: Record<typeof type, () => object> = {
    card: () => (method.card ? chargedCard(method.card, how) : {}),
    us_bank_account: () => ({ ...debited(method.us_bank_account, account), payment_reference: null }),
    sepa_debit: () => ({
      ...debited(method.sepa_debit, ['bank_code', 'branch_code', 'country', 'fingerprint', 'last4']),
      mandate: null,
    }),
    link: () => ({ country: null }),
    paypal: () => ({
      country: null,
      payer_email: method.billing_details.email,
      payer_id: null,
      payer_name: method.billing_details.name,
      seller_protection: null,
      transaction_id: method[memory].number === '' ? null : method[memory].number,
    }),
    ideal: () => ({ bank: 'ing', bic: 'INGBNL2A', ...noSepaDebit, ...verifiedName, transaction_id: null }),
    bancontact: () => ({
      bank_code: 'VAPE',
      bank_name: 'VAN DE PUT & CO',
      bic: 'VAPEBE22',
      ...noSepaDebit,
      ...verifiedName,
      preferred_language: 'en',
    }),
    customer_balance: () => ({}),
  };
  return { type, [type]: details[type]() };
}
