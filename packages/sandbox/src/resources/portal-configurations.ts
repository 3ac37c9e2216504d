/** Step panel: `/v1/billing_portal/configurations`. */
import { type Call, found, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import { listFields, pageOf } from '../http/list.ts';
import { clearable, flag, integer, listOf, mergeMetadata, metadata, oneOf, type Params, required, shape, text } from '../http/read.ts';
import type { PortalConfiguration, PortalFeatures, PortalProduct } from '../objects/portal.ts';
import { change, insert, type World } from '../world.ts';

const proration = oneOf('always_invoice', 'create_prorations', 'none');
const reasons = [
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
] as const;
const featureFields = {
  customer_update: shape({
    allowed_updates: listOf(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id')),
    enabled: flag,
  }),
  invoice_history: shape({ enabled: required(flag) }),
  payment_method_update: shape({ enabled: required(flag), payment_method_configuration: clearable(text) }),
  subscription_cancel: shape({
    cancellation_reason: shape({ enabled: required(flag), feedback_options: listOf(text), options: listOf(oneOf(...reasons)) }),
    enabled: flag,
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: proration,
  }),
  subscription_pause: shape({
    duration: shape({
      interval_options: listOf(shape({ interval: required(oneOf('day', 'week', 'month', 'year')), interval_count: integer })),
      type: required(oneOf('indefinite', 'interval_options')),
    }),
    enabled: flag,
  }),
  subscription_update: shape({
    billing_cycle_anchor: oneOf('now', 'unchanged'),
    default_allowed_updates: listOf(oneOf('price', 'promotion_code', 'quantity')),
    enabled: flag,
    products: listOf(
      shape({
        adjustable_quantity: shape({ enabled: required(flag), maximum: integer, minimum: integer }),
        prices: required(listOf(text)),
        product: required(text),
      }),
    ),
    proration_behavior: proration,
    schedule_at_period_end: shape({
      conditions: listOf(shape({ type: required(oneOf('decreasing_item_amount', 'shortening_interval')) })),
    }),
    trial_update_behavior: oneOf('continue_trial', 'end_trial'),
  }),
} as const;
type GivenFeatures = Params<typeof featureFields>;

const common = {
  business_profile: shape({
    headline: clearable(text),
    privacy_policy_url: clearable(text),
    terms_of_service_url: clearable(text),
  }),
  default_return_url: clearable(text),
  login_page: shape({ enabled: required(flag) }),
  metadata,
  name: clearable(text),
} as const;
const createFields = { ...common, features: required(shape(featureFields)) } as const;
const updateFields = { ...common, active: flag, features: shape(featureFields) } as const;
const filters = { ...listFields, active: flag, is_default: flag } as const;

/** Everything off, as a configuration begins that says nothing of a feature. */
const allOff: PortalFeatures = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [...reasons] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

/** What the portal offers while nobody has configured it. */
const dashboardDefaults: PortalFeatures = {
  ...allOff,
  customer_update: { allowed_updates: ['email', 'name', 'address', 'phone', 'tax_id'], enabled: true },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true, payment_method_configuration: null },
  subscription_cancel: {
    ...allOff.subscription_cancel,
    cancellation_reason: { ...allOff.subscription_cancel.cancellation_reason, enabled: true },
    enabled: true,
  },
};

function productsOf(world: World, given: GivenFeatures['subscription_update']): readonly PortalProduct[] | undefined {
  return given?.products?.map(({ adjustable_quantity, prices, product }, position) => {
    const path = `features[subscription_update][products][${position}]`;
    if (!world.tables.products.get(product)) throw missingReference('product', product, `${path}[product]`);
    for (const id of prices) {
      const price = world.tables.prices.get(id);
      if (!price) throw missingReference('price', id, `${path}[prices]`);
      if (price.product !== product)
        throw invalid(`The price ${id} does not belong to the product ${product}.`, undefined, `${path}[prices]`);
    }
    const quantity = { enabled: adjustable_quantity?.enabled ?? false, maximum: adjustable_quantity?.maximum ?? null };
    return { adjustable_quantity: { ...quantity, minimum: adjustable_quantity?.minimum ?? 1 }, prices, product };
  });
}

function featuresAfter(world: World, before: PortalFeatures, given: GivenFeatures): PortalFeatures {
  const { subscription_cancel: cancel, subscription_pause: pause, subscription_update: update } = given;
  const duration = pause?.duration && {
    type: pause.duration.type,
    interval_options: (pause.duration.interval_options ?? []).map(({ interval, interval_count = 1 }) => ({ interval, interval_count })),
  };
  const products = productsOf(world, update);
  return {
    customer_update: { ...before.customer_update, ...given.customer_update },
    invoice_history: given.invoice_history ?? before.invoice_history,
    payment_method_update: { ...before.payment_method_update, ...given.payment_method_update },
    subscription_cancel: {
      ...before.subscription_cancel,
      ...cancel,
      cancellation_reason: { ...before.subscription_cancel.cancellation_reason, ...cancel?.cancellation_reason },
    },
    subscription_pause: {
      enabled: pause?.enabled ?? before.subscription_pause.enabled,
      duration: duration ?? before.subscription_pause.duration,
    },
    subscription_update: {
      ...before.subscription_update,
      ...update,
      products: products ?? before.subscription_update.products,
      schedule_at_period_end: {
        conditions: update?.schedule_at_period_end?.conditions ?? before.subscription_update.schedule_at_period_end.conditions,
      },
    },
  };
}

function demandUseful({ subscription_update: update }: PortalFeatures): void {
  const changesPlan = update.default_allowed_updates.some((allowed) => allowed !== 'promotion_code');
  if (update.enabled && changesPlan && !update.products?.length) {
    throw invalid(
      'Products are required when subscription updates are enabled.',
      'parameter_missing',
      'features[subscription_update][products]',
    );
  }
}

type Common = Pick<Call<typeof updateFields>['params'], 'business_profile' | 'default_return_url' | 'login_page' | 'metadata' | 'name'>;

const described = (before: PortalConfiguration, given: Common, loginUrl: string): Partial<PortalConfiguration> => ({
  business_profile: { ...before.business_profile, ...given.business_profile },
  default_return_url: given.default_return_url === undefined ? before.default_return_url : given.default_return_url,
  login_page: given.login_page ? { enabled: given.login_page.enabled, url: given.login_page.enabled ? loginUrl : null } : before.login_page,
  metadata: mergeMetadata(before.metadata, given.metadata),
  name: given.name === undefined ? before.name : given.name,
});

function blank(world: World, features: PortalFeatures, is_default: boolean): PortalConfiguration {
  return {
    id: world.ids.next('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: world.now(),
    default_return_url: null,
    features,
    is_default,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: world.now(),
  };
}

/** The account's default configuration; it begins when it is first needed. */
export function defaultConfiguration(world: World): PortalConfiguration {
  const known = world.tables.portalConfigurations.all().find(({ is_default }) => is_default);
  return known ?? insert(world, 'portalConfigurations', blank(world, dashboardDefaults, true));
}

const loginUrl = (world: World, id: string): string => `${world.settings.publicUrl()}/p/login/${id}`;

function create({ world, params }: Call<typeof createFields>): PortalConfiguration {
  const empty = blank(world, featuresAfter(world, allOff, params.features), false);
  demandUseful(empty.features);
  const row = { ...empty, ...described(empty, params, loginUrl(world, empty.id)) };
  return insert(world, 'portalConfigurations', row, 'billing_portal.configuration.created');
}

function update({ world, id, params }: Call<typeof updateFields>): PortalConfiguration {
  const before = found(world.tables.portalConfigurations.get(id), 'configuration', id);
  if (before.is_default && params.active === false) throw invalid('The default configuration cannot be deactivated.', undefined, 'active');
  const features = params.features ? featuresAfter(world, before.features, params.features) : before.features;
  demandUseful(features);
  const patch = {
    ...described(before, params, loginUrl(world, id)),
    active: params.active ?? before.active,
    features,
    updated: world.now(),
  };
  return change(world, 'portalConfigurations', before, patch, 'billing_portal.configuration.updated');
}

export function portalConfigurations(offer: Offer): void {
  const path = '/billing_portal/configurations';
  offer('post', path, { fields: createFields, run: create });
  offer('get', path, {
    fields: filters,
    run: ({ world, params }) => {
      const rows = world.tables.portalConfigurations
        .all()
        .filter(({ active }) => params.active === undefined || active === params.active)
        .filter(({ is_default }) => params.is_default === undefined || is_default === params.is_default);
      return pageOf(rows, params, `/v1${path}`);
    },
  });
  offer('get', `${path}/:id`, {
    fields: {},
    run: ({ world, id }) => found(world.tables.portalConfigurations.get(id), 'configuration', id),
  });
  offer('post', `${path}/:id`, { fields: updateFields, run: update });
}
