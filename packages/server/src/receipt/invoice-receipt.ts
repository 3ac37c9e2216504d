/**
 * Steps 4 to 7: Stripe's invoice as a receipt in the words of the catalog.
 *
 * Promise: amounts are Stripe's; an explanation is given only where it comes to the amount.
 */
import type { Catalog, Price } from '@tillkit/core/catalog/catalog';
import { findAddOn, findPlan, findProduct } from '@tillkit/core/catalog/lookup';
import { formatExact, parseExact, roundShare } from '@tillkit/core/money/exact';
import { rateQuantity, unitText } from '@tillkit/core/pricing/price-rate';
import { explainAmount } from '@tillkit/core/receipt/explanation';
import { makeReceipt } from '@tillkit/core/receipt/make-receipt';
import { receiptOfInvoice, type InvoiceLine } from '@tillkit/core/receipt/of-invoice';
import type { Due, Explanation, Receipt } from '@tillkit/core/receipt/receipt';
import type { CatalogEntry, Offer } from '../catalog/catalog-source.ts';
import type { RenewalLine } from '../preview/plan-change.ts';
import type { InvoiceReading, ReadLine } from '../stripe/invoice-reading.ts';
import type { ItemFact, SubscriptionFact } from '../stripe/subscription-fact.ts';

export interface ReceiptContext {
  readonly offer: Offer;
  readonly locale?: string | undefined;
  /** The subscription that the invoice belongs to: its prices explain the lines. */
  readonly fact?: Pick<SubscriptionFact, 'items' | 'trialEnd'> | undefined;
}

export function toInvoiceReceipt(reading: InvoiceReading, context: ReceiptContext, due: Due): Receipt {
  const { offer } = context;
  const entryOf = ({ productId }: ReadLine): CatalogEntry | undefined => (productId === undefined ? undefined : offer.entryOf(productId));
  const lines = reading.lines
    .toSorted((one, other) => placeOf(entryOf(one), offer) - placeOf(entryOf(other), offer))
    .map((line) => toLine(line, reading.currency, context));
  return receiptOfInvoice({ ...reading, lines }, due);
}

/** Add-ons stand as the catalog lists them, behind everything else that it knows. */
function placeOf(entry: Pick<CatalogEntry, 'kind' | 'id'> | undefined, { catalog }: Pick<Offer, 'catalog'>): number {
  if (!entry) return catalog.addOns.length;
  return entry.kind === 'add_on' ? catalog.addOns.findIndex(({ id }) => id === entry.id) : -1;
}

function toLine(line: ReadLine, currency: string, context: ReceiptContext): InvoiceLine {
  const { offer, locale, fact } = context;
  const item = fact?.items.find(({ priceId }) => priceId === line.priceId);
  const entry = line.productId === undefined ? undefined : offer.entryOf(line.productId);
  const sold = entry && findSold(offer.in(locale), entry);
  const once = !line.recurring && !line.proration;
  const interval = line.recurring ? item?.interval : undefined;
  const { quantity, amount, proration, periodStart, periodEnd } = line;
  return {
    kind: proration ? 'proration' : entry?.kind === 'plan' && once ? 'setup_fee' : (entry?.kind ?? 'other'),
    name: sold?.name ?? item?.productName ?? line.description,
    quantity,
    amount,
    proration,
    trial: line.recurring && amount === 0 && fact?.trialEnd !== undefined && fact.trialEnd >= periodEnd,
    periodStart,
    periodEnd,
    ...(interval !== undefined && { interval }),
    explanation: [...explain(line, currency, item, sold?.prices ?? []), ...(once && sold ? [{ kind: 'once' as const }] : [])],
  };
}

interface Sold {
  readonly name: string;
  readonly prices: readonly Price[];
}

function findSold(catalog: Catalog, { kind, id }: CatalogEntry): Sold | undefined {
  if (kind === 'plan') {
    const plan = findPlan(catalog, id);
    return plan && { name: plan.name, prices: [...plan.prices, ...(plan.setupFee ? [plan.setupFee] : [])] };
  }
  if (kind === 'add_on') return findAddOn(catalog, id);
  const product = findProduct(catalog, id);
  return product && { name: product.name, prices: [product.price] };
}

/** By the price that the customer pays, else by the first of the catalog that comes to the amount. */
function explain(line: ReadLine, currency: string, item: ItemFact | undefined, prices: readonly Price[]): Explanation[] {
  const { quantity, amount, unitAmount } = line;
  if (unitAmount !== undefined) {
    const plain = explainAmount({ quantity, amount, unitAmount: formatExact(parseExact(unitAmount)) });
    if (plain.length > 0) return plain;
  }
  for (const price of item ? [toPrice(item, currency)] : prices) {
    const explained = explainPrice(amount === 0 ? price : asUsed(price), currency, quantity, amount);
    if (explained.length > 0) return explained;
  }
  return [];
}

/** What every renewal consists of after a change. */
export function toRenewalReceipt(
  renewal: readonly RenewalLine[],
  { currency, interval }: { readonly currency: string; readonly interval: string },
  { offer, locale }: Pick<ReceiptContext, 'offer' | 'locale'>,
): Receipt {
  const catalog = offer.in(locale);
  const known = (line: RenewalLine) => (line.kind === 'other' ? undefined : { kind: line.kind, id: line.id });
  const ordered = renewal.toSorted((one, other) => placeOf(known(one), offer) - placeOf(known(other), offer));
  const lines = ordered.map(({ kind, id, productName, explanation, ...line }) => ({
    kind,
    name: (kind === 'other' ? undefined : findSold(catalog, { kind, id })?.name) ?? productName ?? id,
    explanation: [...explanation],
    ...line,
  }));
  return makeReceipt({ currency, lines, due: { kind: 'every', interval } });
}

/** How a price comes to an amount; nothing where it does not, or where the amount says everything. */
export function explainPrice(price: Price, currency: string, quantity: number, amount: number): Explanation[] {
  if (!Object.hasOwn(price.amounts, currency)) return [];
  const { exact, steps } = rateQuantity(price, currency, quantity);
  return roundShare(exact) === amount ? explainAmount({ quantity, unitAmount: unitText(price, currency), amount, steps }) : [];
}

/** On an invoice, what was used stands with its quantity, like anything else. */
function asUsed({ model: { metered: _, ...model } = {}, ...price }: Price): Price {
  return Object.keys(model).length > 0 ? { ...price, model } : price;
}

/** The price that a customer pays, whatever the catalog has today. */
export const toPrice = ({ priceId, unitAmount, model }: ItemFact, currency: string): Price => ({
  id: priceId,
  amounts: { [currency]: unitAmount },
  ...(model && { model }),
});
