/**
 * Step quote: discounts and taxes put onto the lines of a draft.
 *
 * Promise: the same terms on the same lines give the same amounts, whenever they are put on again.
 */
import type { Customer } from '../objects/customer.ts';
import type { Discount, TaxRate } from '../objects/discount.ts';
import type { AutomaticTax, InvoiceLine } from '../objects/invoice.ts';
import { memory } from '../objects/memory.ts';
import { onceOutlivesFreeInvoice } from '../unconfirmed.ts';
import { change, type World } from '../world.ts';
import { inForce } from './discounts.ts';
import { priceLines } from './line-prices.ts';
import { automaticRates, hasTaxLocation } from './taxes.ts';

export type UnpricedLine = Omit<InvoiceLine, 'subtotal' | 'discount_amounts' | 'taxes'> & { readonly tax_rates: readonly TaxRate[] };

export interface DraftTerms {
  readonly customer: Customer;
  readonly currency: string;
  readonly discounts: readonly Discount[];
  readonly default_tax_rates: readonly TaxRate[];
  readonly automatic_tax: boolean;
}

function ratesOf(world: World, { tax_rates, pricing }: UnpricedLine, terms: DraftTerms): readonly TaxRate[] {
  if (terms.automatic_tax) return automaticRates(world, terms.customer, world.tables.prices.get(pricing?.price_details.price ?? ''));
  return tax_rates.length > 0 ? tax_rates : terms.default_tax_rates;
}

/** The lines with what discounts take off and taxes add; a coupon for one invoice is used up by it. */
export function addDraftPrices(world: World, lines: readonly UnpricedLine[], terms: DraftTerms): InvoiceLine[] {
  const priced = priceLines(
    lines.map((line) => ({
      amount: line.amount,
      product: line.pricing?.price_details.product ?? null,
      discountable: line.discountable,
      rates: ratesOf(world, line, terms),
      own: inForce(world, line.discounts, world.now()),
    })),
    terms.discounts,
    terms.currency,
    terms.customer.tax_exempt,
  );
  useUp(
    world,
    priced
      .flatMap(({ discount_amounts }) => discount_amounts.filter(({ amount }) => amount > 0 || !onceOutlivesFreeInvoice))
      .map(({ discount }) => discount),
  );
  return lines.map(({ tax_rates: _, ...line }, position) => ({
    ...line,
    subtotal: line.amount,
    discount_amounts: priced[position]?.discount_amounts ?? [],
    taxes: priced[position]?.taxes ?? [],
  }));
}

/** Ends the discounts that are good for one invoice. */
function useUp(world: World, ids: readonly string[]): void {
  for (const id of new Set(ids)) {
    const discount = world.tables.discounts.get(id);
    if (discount?.[memory].coupon.duration === 'once' && discount.end === null) change(world, 'discounts', discount, { end: world.now() });
  }
}

export const automaticTaxOf = ({ automatic_tax, customer }: DraftTerms): AutomaticTax => ({
  disabled_reason: null,
  enabled: automatic_tax,
  liability: automatic_tax ? { type: 'self' } : null,
  provider: automatic_tax ? 'stripe' : null,
  status: automatic_tax ? (hasTaxLocation(customer) ? 'complete' : 'requires_location_inputs') : null,
});
