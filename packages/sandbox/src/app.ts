/**
 * The HTTP surface: Stripe's API, the pages a browser sees, and the sandbox's own controls.
 */
import { Hono } from 'hono';
import { checkoutPages } from './pages/checkout-routes.ts';
import { challengePages } from './pages/challenge-routes.ts';
import { controls } from './pages/control-routes.ts';
import { createCaller } from './pages/portal-actions.ts';
import { portalPages } from './pages/portal-routes.ts';
import { invoicePages } from './pages/invoice-routes.ts';
import { createApi, type Offer, unknownPath } from './http/api.ts';
import type { Observer } from './http/observer.ts';
import type { Parts } from './parts.ts';
import type { WebhookHands } from './webhooks/endpoints.ts';
import { accounts } from './resources/account.ts';
import { checkoutSessions } from './resources/checkout-sessions.ts';
import { customerSessions } from './resources/customer-sessions.ts';
import { coupons } from './resources/coupons.ts';
import { discounts } from './resources/discounts.ts';
import { subscriptionMigration } from './resources/subscription-migration.ts';
import { customers } from './resources/customers.ts';
import { entitlements } from './resources/entitlements.ts';
import { events } from './resources/events.ts';
import { balanceTransactions } from './resources/balance-transactions.ts';
import { charges } from './resources/charges.ts';
import { disputes } from './resources/disputes.ts';
import { refunds } from './resources/refunds.ts';
import { cashBalances } from './resources/cash-balances.ts';
import { creditNotes } from './resources/credit-notes.ts';
import { confirmationTokens } from './resources/confirmation-tokens.ts';
import { paymentIntents } from './resources/payment-intents.ts';
import { setupIntents } from './resources/setup-intents.ts';
import { invoiceItems } from './resources/invoice-items.ts';
import { invoiceLines } from './resources/invoice-lines.ts';
import { invoicePayments } from './resources/invoice-payments.ts';
import { invoicePreviews } from './resources/invoice-previews.ts';
import { invoices } from './resources/invoices.ts';
import { meterEvents } from './resources/meter-events.ts';
import { meters } from './resources/meters.ts';
import { paymentMethodDomains } from './resources/payment-method-domains.ts';
import { paymentMethods } from './resources/payment-methods.ts';
import { portalConfigurations } from './resources/portal-configurations.ts';
import { portalSessions } from './resources/portal-sessions.ts';
import { prices } from './resources/prices.ts';
import { promotionCodes } from './resources/promotion-codes.ts';
import { taxRates } from './resources/tax-rates.ts';
import { addProduct, products } from './resources/products.ts';
import { searches } from './resources/searches.ts';
import { shippingRates } from './resources/shipping-rates.ts';
import { subscriptionItems } from './resources/subscription-items.ts';
import { subscriptionSchedules } from './resources/subscription-schedules.ts';
import { subscriptions } from './resources/subscriptions.ts';
import { taxIds } from './resources/tax-ids.ts';
import { taxSettings } from './resources/tax-settings.ts';
import { type TestClockHands, testClocks } from './resources/test-clocks.ts';
import { webhookEndpoints } from './resources/webhook-endpoints.ts';
import { stripeJs } from './stripe-js/elements-routes.ts';

export interface AppParts extends Parts {
  readonly webhooks: WebhookHands;
  readonly advanceTo: (unixSeconds: number) => Promise<void>;
  readonly testClockHands: TestClockHands;
  readonly publicUrl: () => string;
  readonly cardOrigin: () => string;
  readonly reset: () => void;
  readonly observer: Observer;
}

function offerResources(offer: Offer, { testClockHands }: AppParts): void {
  searches(offer);
  products(offer);
  prices(offer, addProduct);
  coupons(offer);
  promotionCodes(offer);
  taxRates(offer);
  discounts(offer);
  subscriptionMigration(offer);
  customers(offer);
  taxIds(offer);
  taxSettings(offer);
  entitlements(offer);
  shippingRates(offer);
  meters(offer);
  meterEvents(offer);
  portalConfigurations(offer);
  portalSessions(offer);
  testClocks(offer, testClockHands);
  accounts(offer);
  customerSessions(offer);
  paymentMethodDomains(offer);
  paymentMethods(offer);
  checkoutSessions(offer);
  subscriptions(offer);
  subscriptionItems(offer);
  subscriptionSchedules(offer);
  invoicePreviews(offer);
  invoices(offer);
  invoiceLines(offer);
  invoiceItems(offer);
  invoicePayments(offer);
  paymentIntents(offer);
  setupIntents(offer);
  confirmationTokens(offer);
  charges(offer);
  refunds(offer);
  creditNotes(offer);
  cashBalances(offer);
  disputes(offer);
  balanceTransactions(offer);
  events(offer);
  webhookEndpoints(offer);
}

export function createApp(parts: AppParts): Hono {
  const api = createApi(parts.world, parts.observer, parts.manners);
  offerResources(api.offer, parts);
  const app = new Hono();
  app.route('/', api.app);
  app.route('/', checkoutPages(parts.world));
  app.route('/', challengePages(parts.world));
  app.route('/', invoicePages(parts.world));
  app.route(
    '/',
    portalPages(
      parts.world,
      createCaller((request) => api.app.fetch(request)),
    ),
  );
  app.route('/', stripeJs(parts.world, parts));
  app.route(
    '/',
    controls(parts, (request) => api.app.fetch(request)),
  );
  app.notFound(({ req }) => unknownPath(req.raw));
  app.onError((error) => {
    throw error; // a connection that is cut on purpose; everything else is answered before
  });
  return app;
}
