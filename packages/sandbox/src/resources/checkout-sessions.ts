/** Step checkout: `/v1/checkout/sessions`. */
import { expireSession } from '../billing/checkout.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { created, isWithin, listFields, pageOf } from '../http/list.ts';
import { mergeMetadata, oneOf, passives, shape, text } from '../http/read.ts';
import { taxRatesOf } from '../billing/taxes.ts';
import { type CheckoutSession, checkoutSessionConstants, type SessionTerms } from '../objects/checkout-session.ts';
import { memory } from '../objects/memory.ts';
import { change, insert, type World } from '../world.ts';
import {
  currencyOf,
  demandSellableLines,
  dueToday,
  readLines,
  readLinesAgain,
  toLineItems,
  type WantedLine,
} from './checkout-session-items.ts';
import { customerUpdateOf, toCollection } from './checkout-session-collection.ts';
import { sessionFields, sessionUpdateFields } from './checkout-session-parameters.ts';
import { demandMode, demandUrls, expiry, planOf } from './checkout-session-rules.ts';
import { readShipping } from './checkout-session-shipping.ts';
import { automaticTaxOf, hasTrial, lineItemList, shownDiscounts, totals, wantedAgain, withLines } from './checkout-session-totals.ts';

type Params = Call<typeof sessionFields>['params'];

function termsOf(world: World, params: Params): SessionTerms {
  const rates = params.subscription_data?.default_tax_rates ?? [];
  return {
    discounts: params.discounts ?? [],
    default_tax_rates: taxRatesOf(world, rates, 'subscription_data[default_tax_rates]'),
    automatic_tax: params.automatic_tax?.enabled ?? false,
  };
}

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

/** Optional items have to be prices that the session could sell beside its lines. */
function demandOptional(world: World, { optional_items = [], mode }: Params, lines: readonly WantedLine[], currency: string | null): void {
  if (optional_items.length === 0) return;
  const wanted = optional_items.map(({ price, quantity }) => ({ price, quantity }));
  demandSellableLines([...lines, ...readLines(world, wanted, 'optional_items')], mode, currency);
}

function create({ world, params }: Call<typeof sessionFields>): object {
  demandUrls(params);
  demandMode(params);
  const customer = params.customer === undefined ? null : world.tables.customers.get(params.customer);
  if (customer === undefined) throw missingReference('customer', params.customer ?? '', 'customer');
  const lines = params.mode === 'setup' ? [] : readLines(world, params.line_items ?? []);
  const currency = currencyOf(lines, params.currency);
  demandSellableLines(lines, params.mode, currency);
  demandOptional(world, params, lines, currency);
  const plan = planOf(params, world.now());
  const id = world.ids.next('cs_test', 58);
  const terms = termsOf(world, params);
  const shipping = readShipping(world, params.shipping_options, params.mode, currency ?? '');
  const items = toLineItems(world, lines, { currency: currency ?? '', onTrial: hasTrial(plan), customer, terms });
  const session: CheckoutSession = {
    ...checkoutSessionConstants,
    ...toCollection(params),
    ...placesOf(world, id, params),
    ...shipping,
    ...totals(items, params.mode === 'setup' ? null : dueToday(items, currency ?? '', shipping.shipping_cost), shipping.shipping_cost),
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
    payment_method_types: params.allowed_payment_method_types ?? ['card'],
    payment_status: params.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    setup_intent: null,
    status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null,
    [memory]: {
      plan,
      terms,
      intentMetadata: mergeMetadata({}, params.payment_intent_data?.metadata),
      intentDescription: params.payment_intent_data?.description ?? null,
      futureUsage: params.payment_intent_data?.setup_future_usage ?? null,
      setupMetadata: mergeMetadata({}, params.setup_intent_data?.metadata),
      customerUpdate: customerUpdateOf(params),
    },
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
} as const;

function demandOpen(session: CheckoutSession): void {
  if (session.status !== 'open') {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be changed. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }
}

type Updates = Call<typeof sessionUpdateFields>['params'];

function shippingAfter(before: CheckoutSession, given: Updates['collected_information']): Partial<CheckoutSession> {
  const shipping = given?.shipping_details;
  if (!shipping) return {};
  if (before.permissions?.update_shipping_details !== 'server_only') {
    throw invalid(
      'Shipping details can be updated when `permissions[update_shipping_details]` is `server_only`.',
      undefined,
      'collected_information',
    );
  }
  const { address } = shipping;
  const details = { name: shipping.name, address: { city: null, line2: null, postal_code: null, state: null, ...address } };
  return {
    collected_information: { business_name: null, individual_name: null, ...before.collected_information, shipping_details: details },
  };
}

function memoryAfter(before: CheckoutSession, given: Updates['payment_intent_data']): CheckoutSession[typeof memory] {
  const { intentMetadata, intentDescription } = before[memory];
  return {
    ...before[memory],
    intentMetadata: mergeMetadata(intentMetadata, given?.metadata),
    intentDescription: given?.description === undefined ? intentDescription : given.description,
  };
}

/** Changes an open session; its lines only where the buyer is not on Stripe's own page. */
function update({ world, id, params }: Call<typeof sessionUpdateFields>): CheckoutSession {
  const before = found(world.tables.sessions.get(id), 'checkout.session', id);
  demandOpen(before);
  if (params.line_items && before.ui_mode === 'hosted_page') {
    throw invalid('`line_items` cannot be updated when `ui_mode` is `hosted_page`.', undefined, 'line_items');
  }
  const lines = params.line_items && readLinesAgain(world, before.line_items.data, params.line_items);
  const shipping = params.shipping_options && readShipping(world, params.shipping_options, before.mode, before.currency ?? '');
  const shipped = { ...before, ...shipping };
  return change(world, 'sessions', before, {
    ...shipping,
    ...((lines ?? shipping) && withLines(world, shipped, lines ?? wantedAgain(before))),
    ...shippingAfter(before, params.collected_information),
    metadata: mergeMetadata(before.metadata, params.metadata),
    [memory]: memoryAfter(before, params.payment_intent_data),
  });
}

const filters = {
  ...listFields,
  created,
  customer: text,
  payment_link: text,
  payment_intent: text,
  subscription: text,
  customer_details: shape({ email: text }),
  status: oneOf('open', 'complete', 'expired'),
  ...passives('customer_account'),
} as const;

function list({ world, params }: Call<typeof filters>): object {
  const email = params.customer_details?.email;
  const rows = world.tables.sessions
    .all()
    .filter((row) => params.customer === undefined || row.customer === params.customer)
    .filter((row) => params.payment_intent === undefined || row.payment_intent === params.payment_intent)
    .filter((row) => params.subscription === undefined || row.subscription === params.subscription)
    .filter((row) => params.status === undefined || row.status === params.status)
    .filter((row) => !email || row.customer_details?.email === email)
    .filter(() => params.payment_link === undefined)
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
