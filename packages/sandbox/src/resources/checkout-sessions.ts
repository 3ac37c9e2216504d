/** Step checkout: `/v1/checkout/sessions`. */
import { expireSession } from '../billing/checkout.ts';
import { longestTrialSeconds } from '../billing/subscription-create.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { mergeMetadata, oneOf, shape, text } from '../http/read.ts';
import type { Customer } from '../objects/customer.ts';
import { hasTaxLocation, taxRatesOf } from '../billing/taxes.ts';
import {
  type CheckoutSession,
  checkoutSessionConstants,
  type SessionLineItem,
  type SessionTerms,
  type SubscriptionPlan,
} from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import { change, insert, type World } from '../world.ts';
import { currencyOf, demandSellableLines, dueToday, readLines, toLineItems } from './checkout-session-items.ts';
import { sessionFields, sessionUpdateFields } from './checkout-session-parameters.ts';

type Params = Call<typeof sessionFields>['params'];

const shortestLife = 30 * 60;
const longestLife = 24 * 60 * 60;

function demandUrl(url: string | undefined, param: string): void {
  if (url !== undefined && (!URL.canParse(url) || !/^https?:\/\//u.test(url))) throw invalid('Not a valid URL', 'url_invalid', param);
}

const notWith = (params: Params, uiMode: string, names: readonly (keyof Params)[]): void => {
  for (const name of names) {
    if (params[name] !== undefined)
      throw invalid(`You cannot use \`${name}\` when \`ui_mode\` is \`${uiMode}\`.`, 'parameter_unknown', name);
  }
};

function demandUrls(params: Params): void {
  const mode = params.ui_mode ?? 'hosted_page';
  demandUrl(params.success_url, 'success_url');
  demandUrl(params.cancel_url, 'cancel_url');
  demandUrl(params.return_url, 'return_url');
  if (mode === 'hosted_page') {
    notWith(params, mode, ['return_url', 'redirect_on_completion']);
    if (params.success_url === undefined) throw invalid('Missing required param: success_url.', 'parameter_missing', 'success_url');
    return;
  }
  notWith(params, mode, ['success_url', 'cancel_url']);
  if (mode === 'elements' || mode === 'form')
    notWith(params, mode, ['custom_text', 'custom_fields', 'branding_settings', 'after_expiration', 'submit_type', 'origin_context']);
  if (params.return_url === undefined && params.redirect_on_completion !== 'never') {
    throw invalid('Missing required param: return_url.', 'parameter_missing', 'return_url');
  }
}

function demandMode({ mode, ...params }: Params): void {
  if (mode !== 'subscription' && params.subscription_data) {
    throw invalid('You can not pass `subscription_data` in this mode.', undefined, 'subscription_data');
  }
  if (mode === 'subscription' && params.payment_intent_data) {
    throw invalid('You can not pass `payment_intent_data` in `subscription` mode.', undefined, 'payment_intent_data');
  }
  if (mode !== 'subscription' && params.payment_method_collection) {
    throw invalid('`payment_method_collection` can only be used in `subscription` mode.', undefined, 'payment_method_collection');
  }
  if (mode === 'subscription' && params.customer_creation) {
    throw invalid('`customer_creation` can only be used in `payment` and `setup` mode.', undefined, 'customer_creation');
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalid('You may only specify one of these parameters: customer, customer_email.', 'parameters_exclusive', 'customer');
  }
  if (params.discounts?.length && params.allow_promotion_codes !== undefined) {
    throw invalid('You may only specify one of these parameters: allow_promotion_codes, discounts.', 'parameters_exclusive', 'discounts');
  }
  if ((params.discounts?.length ?? 0) > 1) throw invalid('You may only specify one discount.', undefined, 'discounts');
}

function expiry(world: World, expires_at: number | undefined): number {
  const now = world.now();
  if (expires_at === undefined) return now + longestLife;
  if (expires_at < now + shortestLife || expires_at > now + longestLife) {
    throw invalid(
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      undefined,
      'expires_at',
    );
  }
  return expires_at;
}

function planOf({ subscription_data = {} }: Params, now: number): SubscriptionPlan {
  const { trial_end, trial_period_days } = subscription_data;
  if (trial_end !== undefined && trial_period_days !== undefined) {
    throw invalid(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'parameters_exclusive',
      'subscription_data',
    );
  }
  // Checkout wants at least two days, so that the trial has not ended when the buyer is done.
  if (trial_end !== undefined && (trial_end < now + 2 * 86_400 || trial_end > now + longestTrialSeconds)) {
    throw invalid('The `trial_end` date has to be at least 2 days in the future.', undefined, 'subscription_data[trial_end]');
  }
  if (trial_period_days !== undefined && (trial_period_days < 1 || trial_period_days > 730)) {
    throw invalid(
      'The minimum number of trial period days is 1, the maximum 730.',
      'parameter_invalid_integer',
      'subscription_data[trial_period_days]',
    );
  }
  return {
    billing_mode: subscription_data.billing_mode?.type ?? 'flexible',
    description: subscription_data.description ?? null,
    metadata: mergeMetadata({}, subscription_data.metadata),
    missing_payment_method: subscription_data.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    trial_end: trial_end ?? null,
    trial_period_days: trial_period_days ?? null,
  };
}

const hasTrial = ({ trial_end, trial_period_days }: SubscriptionPlan): boolean => trial_end !== null || trial_period_days !== null;
const sumOf = (items: readonly SessionLineItem[], name: 'amount_subtotal' | 'amount_discount' | 'amount_tax'): number =>
  items.reduce((sum, item) => sum + item[name], 0);
const totals = (items: readonly SessionLineItem[], amount: number | null) => ({
  amount_subtotal: amount === null ? null : sumOf(items, 'amount_subtotal'),
  amount_total: amount,
  total_details:
    amount === null
      ? null
      : { amount_discount: sumOf(items, 'amount_discount'), amount_shipping: 0, amount_tax: sumOf(items, 'amount_tax') },
});

function termsOf(world: World, params: Params): SessionTerms {
  const rates = params.subscription_data?.default_tax_rates ?? [];
  return {
    discounts: params.discounts ?? [],
    default_tax_rates: taxRatesOf(world, rates, 'subscription_data[default_tax_rates]'),
    automatic_tax: params.automatic_tax?.enabled ?? false,
  };
}

const automaticTaxOf = ({ automatic_tax }: SessionTerms, customer: Customer | null): CheckoutSession['automatic_tax'] => ({
  enabled: automatic_tax,
  liability: automatic_tax ? { type: 'self' } : null,
  provider: automatic_tax ? 'stripe' : null,
  status: automatic_tax ? (customer && hasTaxLocation(customer) ? 'complete' : 'requires_location_inputs') : null,
});

const shownDiscounts = ({ discounts }: SessionTerms): CheckoutSession['discounts'] =>
  discounts.map(({ coupon = null, promotion_code = null }) => ({ coupon, promotion_code }));
const lineItemList = (id: string, data: CheckoutSession['line_items']['data']): CheckoutSession['line_items'] => ({
  object: 'list',
  data,
  has_more: false,
  url: `/v1/checkout/sessions/${id}/line_items`,
});

/** Where the buyer goes and where they come back to. */
function placesOf(world: World, id: string, params: Params) {
  const ui_mode = params.ui_mode ?? 'hosted_page';
  const hosted = ui_mode === 'hosted_page';
  return {
    cancel_url: params.cancel_url ?? null,
    client_secret: hosted ? null : `${id}_${world.ids.next('secret')}`,
    redirect_on_completion: hosted ? undefined : (params.redirect_on_completion ?? 'always'),
    return_url: params.return_url,
    success_url: params.success_url ?? null,
    ui_mode,
    url: hosted ? `${world.settings.publicUrl()}/c/pay/${id}` : null,
  };
}

function create({ world, params }: Call<typeof sessionFields>): object {
  demandUrls(params);
  demandMode(params);
  const customer = params.customer === undefined ? null : world.tables.customers.get(params.customer);
  if (customer === undefined) throw missingReference('customer', params.customer ?? '', 'customer');
  const lines = params.mode === 'setup' ? [] : readLines(world, params.line_items ?? []);
  const currency = currencyOf(lines, params.currency);
  demandSellableLines(lines, params.mode, currency);
  const plan = planOf(params, world.now());
  const id = world.ids.next('cs_test', 58);
  const terms = termsOf(world, params);
  const items = toLineItems(world, lines, { currency: currency ?? '', onTrial: hasTrial(plan), customer, terms });
  const session: CheckoutSession = {
    ...checkoutSessionConstants,
    ...placesOf(world, id, params),
    ...totals(items, params.mode === 'setup' ? null : dueToday(items, currency ?? '')),
    id,
    object: 'checkout.session',
    adaptive_pricing: params.adaptive_pricing ? { enabled: params.adaptive_pricing.enabled ?? true } : { enabled: true },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    automatic_tax: automaticTaxOf(terms, customer),
    client_reference_id: params.client_reference_id ?? null,
    created: world.now(),
    currency,
    customer: params.customer ?? null,
    customer_creation: params.mode === 'subscription' ? null : (params.customer_creation ?? 'if_required'),
    customer_details: customer?.email ? { ...blankDetails, email: customer.email, name: customer.name } : null,
    customer_email: params.customer_email ?? null,
    discounts: shownDiscounts(terms),
    expires_at: expiry(world, params.expires_at),
    invoice: null,
    line_items: lineItemList(id, items),
    locale: params.locale ?? null,
    metadata: mergeMetadata({}, params.metadata),
    mode: params.mode,
    payment_intent: null,
    payment_method_collection: params.mode === 'subscription' ? (params.payment_method_collection ?? 'always') : 'if_required',
    payment_status: params.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    setup_intent: null,
    status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null,
    [memory]: { plan, terms, intentMetadata: mergeMetadata({}, params.payment_intent_data?.metadata) },
  };
  return insert(world, 'sessions', session);
}

const blankDetails = {
  address: null,
  business_name: null,
  individual_name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
};

function demandOpen(session: CheckoutSession): void {
  if (session.status !== 'open') {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be changed. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }
}

/** New line items of an open session of Stripe.js; a given `id` keeps that line, lines not named are removed. */
function update({ world, id, params }: Call<typeof sessionUpdateFields>): CheckoutSession {
  const before = found(world.tables.sessions.get(id), 'checkout.session', id);
  demandOpen(before);
  const metadata = mergeMetadata(before.metadata, params.metadata);
  if (!params.line_items) return change(world, 'sessions', before, { metadata });
  if (before.ui_mode === 'hosted_page')
    throw invalid('`line_items` cannot be updated when `ui_mode` is `hosted_page`.', undefined, 'line_items');
  const given = params.line_items.map(({ id: line, ...wanted }) => {
    const kept = before.line_items.data.find((row) => row.id === line);
    return kept ? { ...wanted, price: kept.price.id, quantity: wanted.quantity ?? kept.quantity } : wanted;
  });
  const lines = readLines(world, given);
  demandSellableLines(lines, before.mode, before.currency);
  const currency = before.currency ?? '';
  const { plan, terms } = before[memory];
  const customer = world.tables.customers.get(before.customer ?? '') ?? null;
  const items = toLineItems(world, lines, { currency, onTrial: hasTrial(plan), customer, terms });
  return change(world, 'sessions', before, { ...totals(items, dueToday(items, currency)), line_items: lineItemList(id, items), metadata });
}

const filters = {
  ...listFields,
  created,
  customer: text,
  payment_intent: text,
  subscription: text,
  customer_details: shape({ email: text }),
  status: oneOf('open', 'complete', 'expired'),
} as const;

function list({ world, params }: Call<typeof filters>): object {
  const rows = world.tables.sessions
    .all()
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.payment_intent === undefined || row.payment_intent === params.payment_intent)
    .filter((row) => params.subscription === undefined || row.subscription === params.subscription)
    .filter((row) => params.status === undefined || row.status === params.status)
    .filter((row) => isWithin(row.created, params.created));
  return pageOf(rows, params, '/v1/checkout/sessions');
}

export function checkoutSessions(offer: Offer): void {
  const get = ({ world, id }: { world: World; id: string }): CheckoutSession =>
    found(world.tables.sessions.get(id), 'checkout.session', id);
  offer('post', '/checkout/sessions', { fields: sessionFields, run: create });
  offer('get', '/checkout/sessions', { fields: filters, run: list });
  offer('get', '/checkout/sessions/:id', { fields: {}, run: get });
  offer('post', '/checkout/sessions/:id', { fields: sessionUpdateFields, run: update });
  offer('get', '/checkout/sessions/:id/line_items', {
    fields: listFields,
    run: (call) => pageOf(get(call).line_items.data, { limit: 100, ...call.params }, `/v1/checkout/sessions/${call.id}/line_items`),
  });
  offer('post', '/checkout/sessions/:id/expire', {
    fields: {},
    run: (call) => {
      const session = get(call);
      demandOpen(session);
      return expireSession(call.world, session);
    },
  });
}
