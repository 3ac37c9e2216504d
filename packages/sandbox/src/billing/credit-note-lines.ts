/**
 * Step panel: what a credit note gives back, line by line.
 *
 * Promise: a line's discounts and taxes come back in the share in which its amount does, rounded once each; a line that is credited
 * whole gives back exactly what was charged.
 */
import { invalid, missingReference } from '../http/api-error.ts';
import { rational, round, times } from '../money/rational.ts';
import { taxLine } from '../money/taxes.ts';
import { type CreditNoteLine, creditNoteLineConstants } from '../objects/credit-note.ts';
import type { LineTax, TaxRate } from '../objects/discount.ts';
import type { Invoice, InvoiceLine } from '../objects/invoice.ts';
import { creditedAmountSharesTax } from '../unconfirmed.ts';
import type { World } from '../world.ts';

export interface WantedCredit {
  readonly type: 'custom_line_item' | 'invoice_line_item';
  readonly invoice_line_item?: string | undefined;
  readonly amount?: number | undefined;
  readonly quantity?: number | undefined;
  readonly unit_amount?: number | undefined;
  readonly unit_amount_decimal?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly tax_rates?: readonly TaxRate[] | undefined;
}

/** `part` of `whole` as it falls on `amount`, in minor units. */
export const shareOf = (amount: number, part: number, whole: number): number =>
  whole === 0 ? 0 : round(times(rational(amount), whole < 0 ? rational(-part, -whole) : rational(part, whole)));

const sum = (parts: readonly { readonly amount: number }[]): number => parts.reduce((total, { amount }) => total + amount, 0);

const shareOfTaxes = (taxes: readonly LineTax[], part: number, whole: number): LineTax[] =>
  taxes.map((tax) => ({
    ...tax,
    amount: shareOf(tax.amount, part, whole),
    taxable_amount: shareOf(tax.taxable_amount, part, whole),
  }));

function creditedAmount(line: InvoiceLine, { amount, quantity }: WantedCredit, path: string): number {
  if (amount !== undefined && quantity !== undefined) {
    throw invalid('You may only specify one of these parameters: amount, quantity.', 'parameters_exclusive', `${path}[amount]`);
  }
  const credited = amount ?? (quantity === undefined ? line.amount : shareOf(line.amount, quantity, line.quantity ?? 1));
  if (Math.abs(credited) > Math.abs(line.amount)) {
    throw invalid('The credited amount is greater than the amount of the invoice line.', undefined, `${path}[amount]`);
  }
  return credited;
}

function invoiceLine(world: World, invoice: Invoice, wanted: WantedCredit, path: string): CreditNoteLine {
  const line = invoice.lines.data.find(({ id }) => id === wanted.invoice_line_item);
  if (!line) throw missingReference('invoice_line_item', wanted.invoice_line_item ?? '', `${path}[invoice_line_item]`);
  const amount = creditedAmount(line, wanted, path);
  const discount_amounts = line.discount_amounts.map((one) => ({ ...one, amount: shareOf(one.amount, amount, line.amount) }));
  return {
    ...creditNoteLineConstants,
    id: world.ids.next('cnli'),
    object: 'credit_note_line_item',
    amount,
    description: line.description,
    discount_amount: sum(discount_amounts),
    discount_amounts,
    invoice_line_item: line.id,
    metadata: wanted.metadata ?? {},
    quantity: wanted.quantity ?? (wanted.amount === undefined ? line.quantity : null),
    tax_rates: line.taxes.flatMap(({ tax_rate_details }) => world.tables.taxRates.get(tax_rate_details.tax_rate) ?? []),
    taxes: shareOfTaxes(line.taxes, amount, line.amount),
    type: 'invoice_line_item',
    unit_amount: null,
    unit_amount_decimal: null,
  };
}

interface Custom {
  readonly amount: number;
  readonly description: string | null;
  readonly quantity: number | null;
  readonly unit: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tax_rates: readonly TaxRate[];
  readonly taxes: readonly LineTax[];
}

const toCustomLine = (world: World, { unit, ...custom }: Custom): CreditNoteLine => ({
  ...creditNoteLineConstants,
  ...custom,
  id: world.ids.next('cnli'),
  object: 'credit_note_line_item',
  discount_amount: 0,
  discount_amounts: [],
  type: 'custom_line_item',
  unit_amount: unit === null || unit.includes('.') ? null : Number(unit),
  unit_amount_decimal: unit,
});

function customLine(world: World, wanted: WantedCredit, path: string): CreditNoteLine {
  const { description, quantity = 1, unit_amount, unit_amount_decimal, tax_rates = [] } = wanted;
  const unit = unit_amount_decimal ?? unit_amount?.toString();
  if (unit === undefined) throw invalid(`Missing required param: ${path}[unit_amount].`, 'parameter_missing', `${path}[unit_amount]`);
  if (description === undefined)
    throw invalid(`Missing required param: ${path}[description].`, 'parameter_missing', `${path}[description]`);
  const [whole = '0', places = ''] = unit.split('.');
  const amount = round(times(rational(BigInt(whole + places), 10n ** BigInt(places.length)), rational(quantity)));
  const amounts = taxLine(amount, tax_rates);
  const taxes = tax_rates.map(({ id, inclusive }, position): LineTax => ({
    amount: amounts[position] ?? 0,
    tax_behavior: inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: id },
    taxability_reason: 'not_available',
    taxable_amount: amount,
    type: 'tax_rate_details',
  }));
  return toCustomLine(world, { amount, description, quantity, unit, metadata: wanted.metadata ?? {}, tax_rates, taxes });
}

/** The lines of a credit note over these lines of an invoice. */
export const creditLines = (world: World, invoice: Invoice, wanted: readonly WantedCredit[]): CreditNoteLine[] =>
  wanted.map((line, position) => {
    const path = `lines[${position}]`;
    return line.type === 'invoice_line_item' ? invoiceLine(world, invoice, line, path) : customLine(world, line, path);
  });

/** One line over a part of the invoice's total, `amount` minor units with taxes, which come back in the same share. */
export function creditTotal(world: World, invoice: Invoice, amount: number): CreditNoteLine {
  const taxes = creditedAmountSharesTax ? shareOfTaxes(invoice.total_taxes, amount, invoice.total) : [];
  const exclusive = sum(taxes.filter(({ tax_behavior }) => tax_behavior === 'exclusive'));
  return toCustomLine(world, {
    amount: amount - exclusive,
    description: `Credit for invoice ${invoice.number ?? invoice.id}`,
    quantity: 1,
    unit: String(amount - exclusive),
    metadata: {},
    tax_rates: [],
    taxes,
  });
}
