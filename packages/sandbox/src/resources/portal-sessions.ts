/** Step panel: `POST /v1/billing_portal/sessions`, with the flow that the page opens at. */
import { isEnded } from '../billing/subscription-payment.ts';
import { type Call, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { integer, listOf, oneOf, type Params, passives, required, shape, text } from '../http/read.ts';
import type { FlowType, PortalConfiguration, PortalFeatures, PortalFlow, PortalSession } from '../objects/portal.ts';
import type { Subscription } from '../objects/subscription.ts';
import { insert, type World } from '../world.ts';
import { defaultConfiguration } from './portal-configurations.ts';

const ofSubscription = shape({ subscription: required(text) });
const flowFields = {
  after_completion: shape({
    hosted_confirmation: shape({ custom_message: text }),
    redirect: shape({ return_url: required(text) }),
    type: required(oneOf('hosted_confirmation', 'portal_homepage', 'redirect')),
  }),
  subscription_cancel: shape({
    retention: shape({ coupon_offer: required(shape({ coupon: required(text) })), type: required(oneOf('coupon_offer')) }),
    subscription: required(text),
  }),
  subscription_pause: ofSubscription,
  subscription_update: ofSubscription,
  subscription_update_confirm: shape({
    discounts: listOf(shape({ coupon: text, promotion_code: text })),
    items: required(listOf(shape({ id: required(text), price: text, quantity: integer }))),
    subscription: required(text),
  }),
  type: required(
    oneOf(
      'customer_update',
      'payment_method_update',
      'subscription_cancel',
      'subscription_pause',
      'subscription_update',
      'subscription_update_confirm',
    ),
  ),
} as const;
type GivenFlow = Params<typeof flowFields>;

const fields = {
  after_expiration: shape({ customer_login: shape({ expires_at: integer }), type: required(oneOf('customer_login')) }),
  configuration: text,
  customer: text,
  flow_data: shape(flowFields),
  locale: text,
  return_url: text,
  ...passives('customer_account', 'on_behalf_of'),
} as const;

/** Which feature of the configuration a flow needs. */
const featureOf: Readonly<Record<FlowType, keyof PortalFeatures>> = {
  customer_update: 'customer_update',
  payment_method_update: 'payment_method_update',
  subscription_cancel: 'subscription_cancel',
  subscription_pause: 'subscription_pause',
  subscription_update: 'subscription_update',
  subscription_update_confirm: 'subscription_update',
};

function demandUrl(url: string | undefined, param: string): void {
  if (url !== undefined && (!URL.canParse(url) || !/^https?:\/\//u.test(url))) throw invalid('Not a valid URL', 'url_invalid', param);
}

/** The subscription a flow is about, which must be the customer's and alive. */
function subscriptionOf(world: World, customer: string, id: string, param: string): Subscription {
  const subscription = world.tables.subscriptions.get(id);
  if (!subscription || subscription.customer !== customer) throw missingReference('subscription', id, param);
  if (isEnded(subscription)) throw invalid('This subscription has ended and cannot be changed in the portal.', undefined, param);
  return subscription;
}

function demandCancelable({ cancel_at_period_end, cancel_at }: Subscription, type: FlowType, param: string): void {
  if (type === 'subscription_cancel' && (cancel_at_period_end || cancel_at !== null)) {
    throw invalid('This subscription is set to be canceled already.', undefined, param);
  }
}

function demandItems({ items }: Subscription, asked: NonNullable<GivenFlow['subscription_update_confirm']>['items'], world: World): void {
  const path = 'flow_data[subscription_update_confirm][items]';
  if (asked.length !== 1) throw invalid('Exactly one item can be updated in the portal.', undefined, path);
  for (const [position, { id, price }] of asked.entries()) {
    if (!items.data.some((item) => item.id === id)) throw missingReference('subscription item', id, `${path}[${position}][id]`);
    if (price !== undefined && !world.tables.prices.get(price)) throw missingReference('price', price, `${path}[${position}][price]`);
  }
}

function afterCompletion(given: GivenFlow['after_completion']): PortalFlow['after_completion'] {
  const type = given?.type ?? 'portal_homepage';
  demandUrl(given?.redirect?.return_url, 'flow_data[after_completion][redirect][return_url]');
  if (type === 'redirect' && !given?.redirect) {
    throw invalid('Missing required param: redirect.', 'parameter_missing', 'flow_data[after_completion][redirect]');
  }
  return {
    hosted_confirmation: type === 'hosted_confirmation' ? { custom_message: given?.hosted_confirmation?.custom_message ?? null } : null,
    redirect: type === 'redirect' ? (given?.redirect ?? null) : null,
    type,
  };
}

function flowOf(world: World, customer: string, { features }: PortalConfiguration, given: GivenFlow): PortalFlow {
  const { type, subscription_cancel, subscription_pause, subscription_update, subscription_update_confirm: confirm } = given;
  if (!features[featureOf[type]].enabled) {
    throw invalid(
      `The flow \`${type}\` needs the feature \`${featureOf[type]}\` in the portal configuration.`,
      undefined,
      'flow_data[type]',
    );
  }
  const own = { subscription_cancel, subscription_pause, subscription_update, subscription_update_confirm: confirm };
  for (const [name, data] of Object.entries(own)) {
    if (data && name !== type) throw invalid(`You cannot pass \`${name}\` with the flow \`${type}\`.`, undefined, `flow_data[${name}]`);
    if (!data && name === type) throw invalid(`Missing required param: flow_data[${name}].`, 'parameter_missing', `flow_data[${name}]`);
    if (!data) continue;
    const param = `flow_data[${name}][subscription]`;
    const subscription = subscriptionOf(world, customer, data.subscription, param);
    demandCancelable(subscription, type, param);
    if (confirm) demandItems(subscription, confirm.items, world);
  }
  return {
    after_completion: afterCompletion(given.after_completion),
    customer_update: type === 'customer_update' ? {} : null,
    subscription_cancel: subscription_cancel
      ? { retention: subscription_cancel.retention ?? null, subscription: subscription_cancel.subscription }
      : null,
    subscription_pause: subscription_pause ?? null,
    subscription_update: subscription_update ?? null,
    subscription_update_confirm: confirm
      ? {
          discounts: confirm.discounts?.map(({ coupon = null, promotion_code = null }) => ({ coupon, promotion_code })) ?? null,
          items: confirm.items.map(({ id, price = null, quantity }) => ({ id, price, ...(quantity !== undefined && { quantity }) })),
          subscription: confirm.subscription,
        }
      : null,
    type,
  };
}

function configurationOf(world: World, id: string | undefined): PortalConfiguration {
  if (id === undefined) return defaultConfiguration(world);
  const configuration = world.tables.portalConfigurations.get(id);
  if (!configuration) throw missingReference('configuration', id, 'configuration');
  if (!configuration.active) throw invalid('This configuration is inactive.', undefined, 'configuration');
  return configuration;
}

function create({ world, params }: Call<typeof fields>): PortalSession {
  const { customer, return_url, flow_data, after_expiration, locale } = params;
  if (customer === undefined) throw invalid('Missing required param: customer.', 'parameter_missing', 'customer');
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  demandUrl(return_url, 'return_url');
  const configuration = configurationOf(world, params.configuration);
  const id = world.ids.next('bps');
  const session: PortalSession = {
    id,
    object: 'billing_portal.session',
    after_expiration: after_expiration
      ? { customer_login: { expires_at: after_expiration.customer_login?.expires_at ?? null }, type: after_expiration.type }
      : null,
    configuration: configuration.id,
    created: world.now(),
    customer,
    customer_account: null,
    flow: flow_data ? flowOf(world, customer, configuration, flow_data) : null,
    livemode: false,
    locale: locale ?? null,
    on_behalf_of: null,
    return_url: return_url ?? configuration.default_return_url,
    url: `${world.settings.publicUrl()}/p/session/${id}`,
  };
  return insert(world, 'portalSessions', session, 'billing_portal.session.created');
}

export function portalSessions(offer: Offer): void {
  offer('post', '/billing_portal/sessions', { fields, run: create });
}
