/** Methods by resource, as the SDK names them. */
type Methods = Readonly<Record<string, string>>;

/** The 144 operations that the kit or an integrator of Stripe Billing needs. */
const subset: Methods = {
  accounts: 'retrieveCurrent retrieve',
  'billingPortal.configurations': 'create list retrieve update',
  'billingPortal.sessions': 'create',
  charges: 'list retrieve',
  'checkout.sessions': 'create list retrieve update expire listLineItems',
  coupons: 'create list retrieve update del',
  creditNotes: 'create list preview retrieve',
  customerSessions: 'create',
  customers:
    'create list search retrievePaymentMethod deleteTaxId retrieve update del listBalanceTransactions createBalanceTransaction deleteDiscount listPaymentMethods createTaxId listTaxIds',
  disputes: 'list retrieve close',
  'entitlements.activeEntitlements': 'list retrieve',
  'entitlements.features': 'create list retrieve update',
  events: 'list retrieve',
  invoicePayments: 'list retrieve',
  invoiceItems: 'create list retrieve update del',
  invoices:
    'create list createPreview search retrieve update del finalizeInvoice listLineItems markUncollectible pay sendInvoice voidInvoice',
  paymentIntents: 'create list retrieve update cancel confirm',
  paymentMethods: 'create list retrieve update attach detach',
  prices: 'create list search retrieve update',
  products: 'create list search retrieve update',
  promotionCodes: 'create list retrieve update',
  refunds: 'create list retrieve',
  setupIntents: 'create list retrieve update cancel confirm',
  subscriptionItems: 'create list retrieve update del',
  subscriptionSchedules: 'create list retrieve update cancel release',
  subscriptions: 'create list search retrieve update cancel deleteDiscount migrate pause resume',
  taxIds: 'create list retrieve del',
  taxRates: 'create list retrieve update',
  'testHelpers.testClocks': 'create list retrieve del advance',
  webhookEndpoints: 'create list retrieve update del',
};

/** What the sandbox has beyond them. */
const beyond: Methods = {
  shippingRates: 'create retrieve update list',
  paymentMethodConfigurations: 'list retrieve',
  products: 'del createFeature listFeatures retrieveFeature deleteFeature',
  customers: 'retrieveTaxId retrieveBalanceTransaction updateBalanceTransaction',
  charges: 'search',
  paymentIntents: 'search',
  'billing.meters': 'create retrieve update list deactivate reactivate listEventSummaries',
  'billing.meterEvents': 'create',
  'billing.meterEventAdjustments': 'create',
  paymentMethodDomains: 'create retrieve update list validate',
  balance: 'retrieve',
  balanceTransactions: 'retrieve list',
  confirmationTokens: 'retrieve',
};

const names = (methods: Methods): string[] =>
  Object.entries(methods).flatMap(([resource, list]) => list.split(' ').map((method) => `${resource}.${method}`));

export const subsetOperations: readonly string[] = names(subset);
export const beyondOperations: readonly string[] = names(beyond);
