/** Step catalog: `/v1/account`, whose Stripe this is. */
import { found, type Offer } from '../http/api.ts';

/** The one account of a sandbox. */
const accountId = 'acct_1SandboxTillkit0';

const account = {
  id: accountId,
  object: 'account',
  business_profile: {
    mcc: null,
    minority_owned_business_designation: null,
    name: 'Sandbox',
    product_description: null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: 'support@sandbox.example',
    support_phone: null,
    support_url: null,
    url: 'https://sandbox.example',
  },
  business_type: 'company',
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  country: 'US',
  default_currency: 'usd',
  details_submitted: true,
  email: 'owner@sandbox.example',
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
} as const;

export function accounts(offer: Offer): void {
  offer('get', '/account', { fields: {}, run: () => account });
  offer('get', '/accounts/:id', { fields: {}, run: ({ id }) => found(id === accountId ? account : undefined, 'account', id) });
}
