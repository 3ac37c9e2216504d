/**
 * Step 7 at Stripe: what is read from a schedule, in the form in which it is sent.
 *
 * Promise: what is read is sent whole. An update replaces every phase, and what it leaves out is unset
 * (docs.stripe.com/billing/subscriptions/subscription-schedules). A parameter that a new SDK brings does not compile until it is
 * copied here, or left out by its name.
 */
import type { Stripe } from 'stripe';
import { idOf } from './price-facts.ts';

type Read = Stripe.SubscriptionSchedule.Phase;
export type PhaseParams = Stripe.SubscriptionScheduleUpdateParams.Phase;
export type PhaseItem = PhaseParams['items'][number];
export type DefaultParams = Stripe.SubscriptionScheduleUpdateParams.DefaultSettings;
type AddedItem = NonNullable<PhaseParams['add_invoice_items']>[number];
type InvoiceParams = NonNullable<PhaseParams['invoice_settings']>;
type PhaseDiscount = Stripe.SubscriptionScheduleUpdateParams.Phase.Discount;

/** Every parameter but those in `Left`, undefined where nothing is sent. */
type Each<Params, Left extends keyof Params = never> = { readonly [Name in Exclude<keyof Params, Left>]: Params[Name] | undefined };

/** What is there of them. */
const sent = <Params, Left extends keyof Params = never>(each: Each<Params, Left>): Params =>
  Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as Params;

/** A list, or nothing where it is empty: an empty one would unset what holds by itself. */
const filled = <Item>(list: readonly Item[] | null | undefined): Item[] | undefined => (list && list.length > 0 ? [...list] : undefined);

/** A phase to be sent again as it is; what a running one has added to its invoice is there already. */
export function copyPhase(phase: Read): PhaseParams {
  const { default_payment_method: method, on_behalf_of: account, trial_end: trialEnd } = phase;
  // its length is told by its end
  return sent<PhaseParams, 'add_invoice_items' | 'duration'>({
    items: phase.items.map(copyItem),
    start_date: phase.start_date,
    end_date: phase.end_date,
    currency: phase.currency,
    proration_behavior: phase.proration_behavior,
    billing_cycle_anchor: phase.billing_cycle_anchor ?? undefined,
    discounts: filled(phase.discounts.map(copyDiscount)),
    metadata: phase.metadata ? { ...phase.metadata } : undefined,
    description: phase.description || undefined,
    // Stripe takes one of the two
    trial: !trialEnd && phase.trial ? true : undefined,
    trial_end: trialEnd ?? undefined,
    collection_method: phase.collection_method ?? undefined,
    default_payment_method: method ? idOf(method) : undefined,
    default_tax_rates: filled(phase.default_tax_rates?.map(idOf)),
    automatic_tax: copyTax(phase.automatic_tax),
    billing_thresholds: copyThresholds(phase.billing_thresholds),
    invoice_settings: copyInvoiceSettings(phase.invoice_settings),
    application_fee_percent: phase.application_fee_percent ?? undefined,
    on_behalf_of: account ? idOf(account) : undefined,
    transfer_data: copyTransfer(phase.transfer_data),
  });
}

/** A phase that has not begun, with what it will add to its first invoice. */
export function copyLaterPhase(phase: Read): PhaseParams {
  const { add_invoice_items: added } = phase;
  return { ...copyPhase(phase), ...(added.length > 0 && { add_invoice_items: added.map(copyAdded) }) };
}

/** What a phase has beside its time, its items and what it takes off or notes: one that follows it is to have the same. */
export function copyTerms(phase: Read): Omit<PhaseParams, 'items'> {
  const { collection_method, currency, automatic_tax, billing_thresholds, invoice_settings, ...other } = copyPhase(phase);
  const { application_fee_percent, on_behalf_of, transfer_data, default_payment_method, default_tax_rates, description } = other;
  return sent<Omit<PhaseParams, 'items'>, OwnOfPhase>({
    application_fee_percent,
    automatic_tax,
    billing_thresholds,
    collection_method,
    currency,
    default_payment_method,
    default_tax_rates,
    description,
    invoice_settings,
    on_behalf_of,
    transfer_data,
  });
}

type OwnOfPhase =
  | 'add_invoice_items'
  | 'billing_cycle_anchor'
  | 'discounts'
  | 'duration'
  | 'end_date'
  | 'metadata'
  | 'proration_behavior'
  | 'start_date'
  | 'trial'
  | 'trial_end';

/** What holds in phases that say nothing else. */
export function copyDefaults(defaults: Stripe.SubscriptionSchedule.DefaultSettings): DefaultParams {
  const { default_payment_method: method, on_behalf_of: account } = defaults;
  return sent<DefaultParams>({
    billing_cycle_anchor: defaults.billing_cycle_anchor,
    description: defaults.description || undefined,
    collection_method: defaults.collection_method ?? undefined,
    default_payment_method: method ? idOf(method) : undefined,
    automatic_tax: copyTax(defaults.automatic_tax),
    billing_thresholds: copyThresholds(defaults.billing_thresholds),
    invoice_settings: copyInvoiceSettings(defaults.invoice_settings),
    application_fee_percent: defaults.application_fee_percent ?? undefined,
    on_behalf_of: account ? idOf(account) : undefined,
    transfer_data: copyTransfer(defaults.transfer_data),
  });
}

function copyItem(item: Read['items'][number]): PhaseItem {
  return sent<PhaseItem, 'plan' | 'price_data'>({
    price: idOf(item.price),
    quantity: item.quantity,
    metadata: copyMetadata(item.metadata),
    discounts: filled(item.discounts.map(copyDiscount)),
    tax_rates: filled(item.tax_rates?.map(idOf)),
    billing_thresholds: copyUsageThreshold(item.billing_thresholds),
  });
}

function copyAdded(item: Read['add_invoice_items'][number]): AddedItem {
  return sent<AddedItem, 'price_data'>({
    price: idOf(item.price),
    period: item.period,
    quantity: item.quantity ?? undefined,
    discountable: item.discountable ?? undefined,
    metadata: copyMetadata(item.metadata),
    discounts: filled(item.discounts.map(copyDiscount)),
    tax_rates: filled(item.tax_rates?.map(idOf)),
  });
}

/** An item that the subscription has; `discounts` are those of its own that are to stay. */
export function toPhaseItem(item: Stripe.SubscriptionItem, discounts: { discount: string }[]): PhaseItem {
  return sent<PhaseItem, 'plan' | 'price_data'>({
    price: item.price.id,
    quantity: item.quantity,
    metadata: copyMetadata(item.metadata),
    discounts: filled(discounts),
    tax_rates: filled(item.tax_rates?.map(idOf)),
    billing_thresholds: copyUsageThreshold(item.billing_thresholds),
  });
}

const copyMetadata = (metadata: Stripe.Metadata | null): Stripe.Metadata | undefined =>
  metadata && Object.keys(metadata).length > 0 ? { ...metadata } : undefined;

function copyDiscount({ coupon, discount, promotion_code: code }: Read['discounts'][number]): PhaseDiscount {
  return sent<PhaseDiscount>({
    discount: discount ? idOf(discount) : undefined,
    promotion_code: !discount && code ? idOf(code) : undefined,
    coupon: !discount && !code && coupon ? idOf(coupon) : undefined,
  });
}

function copyTax(tax: Read['automatic_tax']): PhaseParams['automatic_tax'] {
  if (!tax) return undefined;
  return sent<NonNullable<PhaseParams['automatic_tax']>>({ enabled: tax.enabled, liability: copyAccount(tax.liability) });
}

type WhoseAccount = Stripe.SubscriptionScheduleUpdateParams.Phase.AutomaticTax.Liability;

/** Whose tax or invoice it is: the account's own, or a connected one's. */
function copyAccount(given: { account?: string | Stripe.Account; type: string } | null | undefined): WhoseAccount | undefined {
  return given ? sent<WhoseAccount>({ type: given.type, account: given.account && idOf(given.account) }) : undefined;
}

function copyThresholds(thresholds: Read['billing_thresholds']): PhaseParams['billing_thresholds'] {
  if (!thresholds) return undefined;
  const { amount_gte: amount, reset_billing_cycle_anchor: resets } = thresholds;
  return sent<Stripe.SubscriptionScheduleUpdateParams.Phase.BillingThresholds>({
    amount_gte: amount ?? undefined,
    reset_billing_cycle_anchor: resets ?? undefined,
  });
}

function copyUsageThreshold(thresholds: { usage_gte: number | null } | null | undefined): PhaseItem['billing_thresholds'] {
  return typeof thresholds?.usage_gte === 'number' ? { usage_gte: thresholds.usage_gte } : undefined;
}

function copyInvoiceSettings(settings: Read['invoice_settings']): InvoiceParams | undefined {
  if (!settings) return undefined;
  const copied = sent<InvoiceParams>({
    account_tax_ids: filled(settings.account_tax_ids?.map(idOf)),
    custom_fields: filled(settings.custom_fields?.map(({ name, value }) => ({ name, value }))),
    days_until_due: settings.days_until_due ?? undefined,
    description: settings.description || undefined,
    footer: settings.footer || undefined,
    issuer: copyAccount(settings.issuer),
  });
  return Object.keys(copied).length > 0 ? copied : undefined;
}

function copyTransfer(transfer: Read['transfer_data']): PhaseParams['transfer_data'] {
  if (!transfer) return undefined;
  const { amount_percent: percent, destination } = transfer;
  return sent<NonNullable<PhaseParams['transfer_data']>>({ destination: idOf(destination), amount_percent: percent ?? undefined });
}
