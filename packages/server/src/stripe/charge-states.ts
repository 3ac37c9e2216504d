/** Step 5, webhook: whether money that was taken is still there: given back, or taken back by a bank. */
import type { PurchaseState } from '@tillkit/core/entitlement/access';
import type { Stripe } from 'stripe';

/** A dispute that leaves the money where it is: one that was won, or an inquiry, for which a bank takes nothing yet. */
const harmless: ReadonlySet<string> = new Set(['won', 'prevented', 'warning_needs_response', 'warning_under_review', 'warning_closed']);

/** What became of a purchase by the charges that paid for it; without any it cost nothing, or credit paid for it. */
export async function stateOfCharges(client: Stripe, charges: readonly Stripe.Charge[]): Promise<PurchaseState> {
  if (charges.length > 0 && charges.every(({ refunded }) => refunded)) return 'refunded';
  for (const { id, disputed } of charges) {
    if (!disputed) continue;
    const { data } = await client.disputes.list({ charge: id, limit: 100 });
    if (data.some(({ status }) => !harmless.has(status))) return 'disputed';
  }
  return 'paid';
}

/** The charge of an expanded payment, if it has one. */
export function chargeOf(intent: string | Stripe.PaymentIntent | null | undefined): Stripe.Charge[] {
  const charge = intent && typeof intent === 'object' ? intent.latest_charge : null;
  return charge && typeof charge === 'object' ? [charge] : [];
}
