/** What `till doctor` reads at Stripe of the account itself. Nothing here writes. */
import type { Stripe } from 'stripe';
import type { StripeGateway } from './gateway.ts';

export interface EndpointFact {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  /** `*` stands for all. */
  readonly eventTypes: readonly string[];
  /** Undefined: the account's own version. */
  readonly apiVersion: string | undefined;
}

/** Every webhook endpoint of the account, in the key's mode. */
export async function readEndpoints(stripe: StripeGateway): Promise<EndpointFact[]> {
  const client = await stripe();
  const facts: EndpointFact[] = [];
  for await (const { id, url, status, enabled_events, api_version } of client.webhookEndpoints.list({ limit: 100 }))
    facts.push({ id, url, enabled: status === 'enabled', eventTypes: enabled_events, apiVersion: api_version ?? undefined });
  return facts;
}

/** Login pages of the customer portal's active configurations; undefined for one that has none. */
export async function readPortalLogins(stripe: StripeGateway): Promise<(string | undefined)[]> {
  const client = await stripe();
  const { data } = await client.billingPortal.configurations.list({ active: true, limit: 100 });
  return data.map(({ login_page: page }) => (page.enabled ? (page.url ?? undefined) : undefined));
}

/** What Stripe Tax lacks before it can calculate; nothing when it is ready. */
export async function readMissingForTax(stripe: StripeGateway): Promise<readonly string[]> {
  const client = await stripe();
  const { status, status_details: details } = await client.tax.settings.retrieve();
  return status === 'active' ? [] : (details.pending?.missing_fields ?? ['settings']);
}

export interface WalletDomain {
  readonly enabled: boolean;
  /** Wallets that are not shown there, by Stripe's names. */
  readonly inactive: readonly string[];
}

/** How a domain is registered for wallets; undefined when it is not. */
export async function readWalletDomain(stripe: StripeGateway, domain: string): Promise<WalletDomain | undefined> {
  const client = await stripe();
  const { data } = await client.paymentMethodDomains.list({ domain_name: domain, limit: 1 });
  const [known] = data;
  if (!known) return undefined;
  const wallets = { apple_pay: known.apple_pay, google_pay: known.google_pay, link: known.link };
  const inactive = Object.entries(wallets).flatMap(([name, { status }]) => (status === 'active' ? [] : [name]));
  return { enabled: known.enabled, inactive };
}

const one = { limit: 1 } as const;

/** A harmless reading of each resource that the server uses, by the name of its permission in the dashboard. */
export const readings: Readonly<Record<string, (client: Stripe) => Promise<unknown>>> = {
  'Checkout Sessions': (client) => client.checkout.sessions.list(one),
  Customers: (client) => client.customers.list(one),
  Subscriptions: (client) => client.subscriptions.list(one),
  'Subscription Schedules': (client) => client.subscriptionSchedules.list(one),
  Invoices: (client) => client.invoices.list(one),
  'Payment Intents': (client) => client.paymentIntents.list(one),
  'Setup Intents': (client) => client.setupIntents.list(one),
  Charges: (client) => client.charges.list(one),
  Refunds: (client) => client.refunds.list(one),
  Disputes: (client) => client.disputes.list(one),
  'Invoice Items': (client) => client.invoiceItems.list(one),
  'Promotion Codes': (client) => client.promotionCodes.list(one),
  Products: (client) => client.products.list(one),
  Prices: (client) => client.prices.list(one),
  Events: (client) => client.events.list(one),
};

/** Whether Stripe refused because the key lacks a permission. */
export const isForbidden = (error: unknown): boolean => typeOf(error) === 'StripePermissionError';

/** Whether Stripe does not know the key. */
export const isKeyRefused = (error: unknown): boolean => typeOf(error) === 'StripeAuthenticationError';

const typeOf = (error: unknown): unknown => (error instanceof Error && 'type' in error ? error.type : undefined);
