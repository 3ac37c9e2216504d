/** What a mail to a customer says that is read at Stripe when it is written, and kept nowhere. */
import type { StripeGateway } from './gateway.ts';
import { undefinedIfMissing } from './stripe-errors.ts';

export interface Recipient {
  readonly email: string;
  /** Stripe's `preferred_locales`, the best first. */
  readonly locales: readonly string[];
}

/** Where a customer wants to be written to; undefined when they are deleted or left no address. */
export async function readRecipient(stripe: StripeGateway, customerId: string): Promise<Recipient | undefined> {
  const client = await stripe();
  const customer = await client.customers.retrieve(customerId).catch(undefinedIfMissing);
  if (!customer || customer.deleted || !customer.email) return undefined;
  return { email: customer.email, locales: customer.preferred_locales ?? [] };
}

/** An invoice as it stands now, with Stripe's page for it. */
export interface InvoicePage {
  readonly status: string;
  readonly number?: string;
  readonly url?: string;
}

export async function readInvoicePage(stripe: StripeGateway, id: string): Promise<InvoicePage | undefined> {
  const client = await stripe();
  const invoice = await client.invoices.retrieve(id).catch(undefinedIfMissing);
  if (!invoice) return undefined;
  const { status, number, hosted_invoice_url: url } = invoice;
  return { status: status ?? 'draft', ...(number && { number }), ...(url && /^https?:\/\//u.test(url) && { url }) };
}
