/** Step panel: `/v1/customer_sessions`, what a browser may do in the name of a customer. */
import { type Call, type Offer } from '../http/api.ts';
import { invalid, missingReference } from '../http/api-error.ts';
import type { PaymentElementFeatures } from '../objects/customer-session.ts';
import { insert } from '../world.ts';
import { count, flag, listOf, oneOf, type Params, passives, required, shape, text } from '../http/read.ts';

const redisplay = oneOf('always', 'limited', 'unspecified');
const able = oneOf('disabled', 'enabled');
const simple = shape({ enabled: required(flag) });
const sheetFeatures = { payment_method_allow_redisplay_filters: listOf(redisplay), payment_method_remove: able } as const;
const mobileFeatures = {
  ...sheetFeatures,
  payment_method_redisplay: able,
  payment_method_save: able,
  payment_method_save_allow_redisplay_override: redisplay,
} as const;
const elementFeatures = {
  ...sheetFeatures,
  payment_method_redisplay: able,
  payment_method_redisplay_limit: count,
  payment_method_save: able,
  payment_method_save_usage: oneOf('off_session', 'on_session'),
} as const;
const components = shape({
  active_entitlements: simple,
  buy_button: simple,
  customer_portal: simple,
  customer_sheet: shape({ enabled: required(flag), features: shape(sheetFeatures) }),
  mobile_payment_element: shape({ enabled: required(flag), features: shape(mobileFeatures) }),
  payment_element: shape({ enabled: required(flag), features: shape(elementFeatures) }),
  pricing_table: simple,
});
const fields = { customer: text, components: required(components), ...passives('customer_account') } as const;

/** How long a browser may use it, in seconds. */
const lifeSeconds = 30 * 60;

const off = { enabled: false } as const;
const offWithFeatures = { enabled: false, features: null } as const;

type Features = Params<typeof elementFeatures>;
const mobileDefaults = {
  payment_method_allow_redisplay_filters: ['always'],
  payment_method_redisplay: 'enabled',
  payment_method_remove: 'disabled',
  payment_method_save: 'disabled',
  payment_method_save_allow_redisplay_override: null,
} as const;

/** The features of the payment element as Stripe fills them in. */
const elementDefaults = (given: Features | undefined): PaymentElementFeatures & { payment_method_save_usage: string | null } => ({
  payment_method_allow_redisplay_filters: given?.payment_method_allow_redisplay_filters ?? ['always'],
  payment_method_redisplay: given?.payment_method_redisplay ?? 'enabled',
  payment_method_redisplay_limit: given?.payment_method_redisplay_limit ?? 3,
  payment_method_remove: given?.payment_method_remove ?? 'disabled',
  payment_method_save: given?.payment_method_save ?? 'disabled',
  payment_method_save_usage: given?.payment_method_save_usage ?? null,
});

function demandSense({ components: { payment_element } }: Call<typeof fields>['params']): void {
  const { payment_method_save, payment_method_save_usage } = payment_element?.features ?? {};
  if (payment_method_save === 'enabled' && payment_method_save_usage === undefined) {
    throw invalid(
      'When `payment_method_save` is enabled, `payment_method_save_usage` is required.',
      'parameter_missing',
      'components[payment_element][features][payment_method_save_usage]',
    );
  }
}

function create({ world, params }: Call<typeof fields>): object {
  const { customer, components: given } = params;
  if (customer === undefined) throw invalid('Missing required param: customer.', 'parameter_missing', 'customer');
  if (!world.tables.customers.get(customer)) throw missingReference('customer', customer, 'customer');
  demandSense(params);
  const { customer_sheet: sheet, mobile_payment_element: mobile, payment_element: element } = given;
  const client_secret = world.ids.next('cuss_secret', 40);
  const expires_at = world.now() + lifeSeconds;
  const features = element?.enabled ? elementDefaults(element.features) : null;
  insert(world, 'customerSessions', { id: client_secret, object: 'customer_session_grant', customer, expires_at, features });
  return {
    object: 'customer_session',
    client_secret,
    components: {
      active_entitlements: given.active_entitlements ?? off,
      buy_button: given.buy_button ?? off,
      customer_portal: given.customer_portal ?? off,
      customer_sheet: sheet?.enabled
        ? {
            enabled: true,
            features: { payment_method_allow_redisplay_filters: ['always'], payment_method_remove: 'disabled', ...sheet.features },
          }
        : offWithFeatures,
      mobile_payment_element: mobile?.enabled ? { enabled: true, features: { ...mobileDefaults, ...mobile.features } } : offWithFeatures,
      payment_element: features ? { enabled: true, features } : offWithFeatures,
      pricing_table: given.pricing_table ?? off,
    },
    created: world.now(),
    customer,
    customer_account: null,
    expires_at,
    livemode: false,
  };
}

export function customerSessions(offer: Offer): void {
  offer('post', '/customer_sessions', { fields, run: create });
}
