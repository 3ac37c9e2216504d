import { findAddOn, findPlan, findProduct } from '@tillkit/core/catalog/lookup';
import type { InvoicePreview } from '@tillkit/core/contract/contract';
import type { Offer } from '../catalog/catalog-source.ts';
import type { PreviewFact, PreviewLine } from '../stripe/invoices.ts';

type ShownLine = InvoicePreview['lines'][number];

/** Stripe's lines with the catalog's names. */
export function toShownLines({ lines }: Pick<PreviewFact, 'lines'>, offer: Offer, locale: string | undefined): ShownLine[] {
  return lines.map(({ productId, ...line }) => ({ ...nameOf(productId, line, offer, locale), ...line }));
}

function nameOf(
  productId: string | undefined,
  { proration, description }: Omit<PreviewLine, 'productId'>,
  offer: Offer,
  locale: string | undefined,
): Pick<ShownLine, 'kind' | 'name'> {
  const catalog = offer.in(locale);
  const entry = productId === undefined ? undefined : offer.entryOf(productId);
  const find = { plan: findPlan, add_on: findAddOn, product: findProduct };
  const name = entry && find[entry.kind](catalog, entry.id)?.name;
  if (!entry || name === undefined) return { kind: proration ? 'proration' : 'other', name: description };
  return { kind: proration ? 'proration' : entry.kind, name };
}
