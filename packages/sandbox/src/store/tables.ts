/** All tables of the sandbox, and how an id finds its table. */
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Challenge } from '../objects/challenge.ts';
import type { CustomerSessionGrant } from '../objects/customer-session.ts';
import type { Price, Product } from '../objects/catalog.ts';
import type { ConfirmationToken } from '../objects/confirmation-token.ts';
import type { BalanceTransaction, Customer, DeletedCustomer } from '../objects/customer.ts';
import type { ActiveEntitlement, Feature, ProductFeature } from '../objects/entitlement.ts';
import type { Coupon, Discount, PromotionCode, TaxRate } from '../objects/discount.ts';
import type { StripeEvent, WebhookEndpoint } from '../objects/event.ts';
import type { Invoice, InvoiceItem, InvoicePayment } from '../objects/invoice.ts';
import type { LedgerEntry } from '../objects/ledger.ts';
import { memory } from '../objects/memory.ts';
import type { Charge, PaymentIntent, PaymentMethod, SetupIntent } from '../objects/payment.ts';
import { type Meter, type MeterEventRow, usageKeyOf } from '../objects/meter.ts';
import type { PaymentMethodDomain } from '../objects/payment-method-domain.ts';
import type { PortalConfiguration, PortalSession } from '../objects/portal.ts';
import type { CashTransaction } from '../objects/cash-balance.ts';
import type { SetupAttempt } from '../objects/setup-attempt.ts';
import type { CreditNote } from '../objects/credit-note.ts';
import type { Dispute, Refund } from '../objects/refund.ts';
import type { ShippingRate } from '../objects/shipping-rate.ts';
import type { Subscription, SubscriptionSchedule } from '../objects/subscription.ts';
import type { TaxId } from '../objects/tax-id.ts';
import type { TaxSettings } from '../objects/tax-settings.ts';
import type { TestClock } from '../objects/test-clock.ts';
import type { Journal } from './journal.ts';
import { type Row, Table } from './table.ts';

export interface Tables {
  readonly products: Table<Product>;
  readonly prices: Table<Price>;
  readonly customers: Table<Customer>;
  readonly deletedCustomers: Table<DeletedCustomer>;
  readonly balanceTransactions: Table<BalanceTransaction>;
  readonly paymentMethods: Table<PaymentMethod>;
  readonly paymentIntents: Table<PaymentIntent>;
  readonly setupIntents: Table<SetupIntent>;
  readonly confirmationTokens: Table<ConfirmationToken>;
  readonly customerSessions: Table<CustomerSessionGrant>;
  readonly charges: Table<Charge>;
  readonly refunds: Table<Refund>;
  readonly creditNotes: Table<CreditNote>;
  readonly setupAttempts: Table<SetupAttempt>;
  readonly cashTransactions: Table<CashTransaction>;
  readonly disputes: Table<Dispute>;
  readonly ledger: Table<LedgerEntry>;
  readonly sessions: Table<CheckoutSession>;
  readonly challenges: Table<Challenge>;
  readonly subscriptions: Table<Subscription>;
  readonly schedules: Table<SubscriptionSchedule>;
  readonly invoices: Table<Invoice>;
  /** Those with more lines than are shown with them, whose rest can be listed. */
  readonly invoicePreviews: Table<Invoice>;
  readonly invoiceItems: Table<InvoiceItem>;
  readonly invoicePayments: Table<InvoicePayment>;
  readonly events: Table<StripeEvent>;
  readonly endpoints: Table<WebhookEndpoint>;
  readonly testClocks: Table<TestClock>;
  readonly coupons: Table<Coupon>;
  readonly promotionCodes: Table<PromotionCode>;
  readonly discounts: Table<Discount>;
  readonly taxRates: Table<TaxRate>;
  readonly taxIds: Table<TaxId>;
  readonly paymentMethodDomains: Table<PaymentMethodDomain>;
  readonly taxSettings: Table<TaxSettings>;
  readonly portalConfigurations: Table<PortalConfiguration>;
  readonly portalSessions: Table<PortalSession>;
  readonly meters: Table<Meter>;
  readonly meterEvents: Table<MeterEventRow>;
  readonly shippingRates: Table<ShippingRate>;
  readonly features: Table<Feature>;
  readonly productFeatures: Table<ProductFeature>;
  readonly activeEntitlements: Table<ActiveEntitlement>;
}
export type TableName = keyof Tables;
export type RowOf<N extends TableName> = Tables[N] extends Table<infer T> ? T : never;

/** Told of rows that have something to do at a later time. */
export interface Watch {
  schedule(row: SubscriptionSchedule): void;
  subscription(row: Subscription): void;
  invoice(row: Invoice): void;
  session(row: CheckoutSession): void;
  payment(row: PaymentIntent | Refund | Dispute): void;
}

export function createTables(journal: Journal, watch: Watch): Tables {
  return {
    products: new Table(journal),
    prices: new Table(journal, { index: (price) => price.product }),
    customers: new Table(journal),
    deletedCustomers: new Table(journal),
    balanceTransactions: new Table(journal, { index: (transaction) => transaction.customer }),
    paymentMethods: new Table(journal, { index: (method) => method.customer }),
    paymentIntents: new Table<PaymentIntent>(journal, { index: (intent) => intent.customer, onWrite: watch.payment }),
    setupIntents: new Table(journal),
    charges: new Table(journal, { index: (charge) => charge.payment_intent }),
    cashTransactions: new Table(journal, { index: (transaction) => transaction.customer }),
    setupAttempts: new Table(journal, { index: (attempt) => attempt.setup_intent }),
    creditNotes: new Table(journal, { index: (note) => note.invoice }),
    refunds: new Table<Refund>(journal, { index: (refund) => refund.charge, onWrite: watch.payment }),
    disputes: new Table<Dispute>(journal, { index: (dispute) => dispute.charge, onWrite: watch.payment }),
    confirmationTokens: new Table(journal),
    customerSessions: new Table(journal),
    ledger: new Table(journal, { index: (entry) => entry.source }),
    sessions: new Table(journal, { index: (session) => session.invoice ?? session.payment_intent, onWrite: watch.session }),
    challenges: new Table(journal),
    subscriptions: new Table(journal, { index: (subscription) => subscription.customer, onWrite: watch.subscription }),
    schedules: new Table(journal, { index: (schedule) => schedule.subscription, onWrite: watch.schedule }),
    invoices: new Table(journal, {
      index: (invoice) => invoice.parent?.subscription_details.subscription ?? null,
      onWrite: watch.invoice,
    }),
    invoicePreviews: new Table(journal),
    // Only what no invoice has taken up yet is looked for by customer.
    invoiceItems: new Table(journal, { index: (item) => (item.invoice === null ? item.customer : null) }),
    invoicePayments: new Table(journal, { index: (payment) => payment.invoice }),
    events: new Table(journal),
    endpoints: new Table(journal),
    coupons: new Table(journal),
    promotionCodes: new Table(journal),
    discounts: new Table(journal),
    taxRates: new Table(journal),
    testClocks: new Table(journal),
    taxIds: new Table(journal, { index: (taxId) => taxId.customer }),
    paymentMethodDomains: new Table(journal),
    taxSettings: new Table(journal),
    portalConfigurations: new Table(journal),
    portalSessions: new Table(journal),
    meters: new Table(journal),
    meterEvents: new Table(journal, { index: usageKeyOf }),
    shippingRates: new Table(journal),
    features: new Table(journal),
    productFeatures: new Table(journal, { index: (row) => row[memory].product }),
    activeEntitlements: new Table(journal, { index: (row) => row[memory].customer }),
  };
}

const tableOfPrefix: Readonly<Record<string, readonly TableName[]>> = {
  prod: ['products'],
  price: ['prices'],
  cus: ['customers', 'deletedCustomers'],
  cbtxn: ['balanceTransactions'],
  pm: ['paymentMethods'],
  pi: ['paymentIntents'],
  seti: ['setupIntents'],
  ch: ['charges'],
  py: ['charges'],
  cn: ['creditNotes'],
  setatt: ['setupAttempts'],
  ccsbtxn: ['cashTransactions'],
  re: ['refunds'],
  pyr: ['refunds'],
  du: ['disputes'],
  txn: ['ledger'],
  ctoken: ['confirmationTokens'],
  cs: ['sessions'],
  sub: ['subscriptions'],
  sched: ['schedules'],
  in: ['invoices'],
  ii: ['invoiceItems'],
  inpay: ['invoicePayments'],
  evt: ['events'],
  we: ['endpoints'],
  clock: ['testClocks'],
  promo: ['promotionCodes'],
  di: ['discounts'],
  txr: ['taxRates'],
  txi: ['taxIds'],
  pmd: ['paymentMethodDomains'],
  bpc: ['portalConfigurations'],
  bps: ['portalSessions'],
  mtr: ['meters'],
  shr: ['shippingRates'],
  feat: ['features'],
  prodft: ['productFeatures'],
  ent: ['activeEntitlements'],
  atxi: ['taxIds'],
};

/** The object with this id, wherever it is. */
export function findById(tables: Tables, id: string): Row | undefined {
  const prefix = id.startsWith('sub_sched_') ? 'sched' : id.slice(0, id.indexOf('_'));
  for (const name of tableOfPrefix[prefix] ?? []) {
    const row: Row | undefined = tables[name].get(id);
    if (row) return row;
  }
  return tables.products.get(id) ?? tables.coupons.get(id); // both may have any id
}

export const isPending = (item: InvoiceItem, subscription: string): boolean => item[memory].subscription === subscription;
