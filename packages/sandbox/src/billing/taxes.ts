/**
 * Step quote: which tax rates apply: those that are given, or those of a small table where tax is automatic.
 *
 * Promise: deterministic; the table is a stand-in for Stripe Tax, not tax advice.
 */
import { missingReference } from '../http/api-error.ts';
import type { Price } from '../objects/catalog.ts';
import type { Customer } from '../objects/customer.ts';
import type { TaxRate } from '../objects/discount.ts';
import { defaultTaxBehavior } from '../unconfirmed.ts';
import { insert, type World } from '../world.ts';

export function taxRatesOf(world: World, ids: readonly string[], param: string): TaxRate[] {
  return ids.map((id, position) => {
    const rate = world.tables.taxRates.get(id);
    if (!rate) throw missingReference('tax rate', id, `${param}[${position}]`);
    return rate;
  });
}

/** Percent by country, or by country and state; what is not here is not taxed. */
const standardRates: Readonly<Record<string, number>> = {
  AT: 20,
  AU: 10,
  BE: 21,
  CA: 5,
  CH: 8.1,
  CZ: 21,
  DE: 19,
  DK: 25,
  ES: 21,
  FI: 25.5,
  FR: 20,
  GB: 20,
  IE: 23,
  IL: 18,
  IN: 18,
  IT: 22,
  JP: 10,
  NL: 21,
  NO: 25,
  NZ: 15,
  PL: 23,
  PT: 23,
  SE: 25,
  SG: 9,
  'US-CA': 7.25,
  'US-NY': 4,
  'US-TX': 6.25,
  'US-WA': 6.5,
};

/** Whether the customer's address says where tax is due. */
export const hasTaxLocation = (customer: Pick<Customer, 'address'>): boolean => Boolean(customer.address?.country);

/** The rate that automatic tax finds for a price and a customer, as a row that can be retrieved. */
export function automaticRates(world: World, customer: Pick<Customer, 'address'>, price: Price | undefined): TaxRate[] {
  const { country, state } = customer.address ?? {};
  const percentage = standardRates[country === 'US' ? `US-${state}` : (country ?? '')];
  if (!country || percentage === undefined) return [];
  const behavior = price?.tax_behavior === 'inclusive' || price?.tax_behavior === 'exclusive' ? price.tax_behavior : defaultTaxBehavior;
  const inclusive = behavior === 'inclusive';
  const known = world.tables.taxRates
    .all()
    .find(
      (rate) =>
        rate.jurisdiction_level !== null && rate.country === country && rate.state === (state ?? null) && rate.inclusive === inclusive,
    );
  if (known) return [known];
  return [
    insert(world, 'taxRates', {
      id: world.ids.next('txr'),
      object: 'tax_rate',
      active: true,
      country,
      created: world.now(),
      description: null,
      display_name: country === 'US' ? 'Sales Tax' : 'VAT',
      effective_percentage: percentage,
      flat_amount: null,
      inclusive,
      jurisdiction: country,
      jurisdiction_level: country === 'US' ? 'state' : 'country',
      livemode: false,
      metadata: {},
      percentage,
      rate_type: 'percentage',
      state: state ?? null,
      tax_type: country === 'US' ? 'sales_tax' : 'vat',
    }),
  ];
}
