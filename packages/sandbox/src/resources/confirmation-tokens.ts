/** Step checkout: confirmation tokens: a payment method that a page has collected and a server confirms with. */
import { findPaymentMethod } from '../billing/payment-methods.ts';
import { type Call, found, type Offer } from '../http/api.ts';
import { clearable, passives, shape, text } from '../http/read.ts';
import { render } from '../http/render.ts';
import { memory } from '../objects/memory.ts';
import type { ConfirmationToken } from '../objects/confirmation-token.ts';
import { insert, type World } from '../world.ts';
import { futureUsage, shippingFields } from './intents.ts';
import { makeMethod, methodFields } from './payment-method-parameters.ts';

/** Seconds until an unused token is gone (docs.stripe.com/api/confirmation_tokens). */
const lifeSeconds = 12 * 3600;

const fields = {
  payment_method: text,
  payment_method_data: shape(methodFields),
  return_url: text,
  setup_future_usage: futureUsage,
  shipping: clearable(shippingFields),
  ...passives('payment_method_options'),
} as const;

function previewOf(world: World, method: string): object {
  const { id, object, created, livemode, metadata, ...preview } = render(world.tables, findPaymentMethod(world, method, 'payment_method'));
  return preview;
}

function create({ world, params, access }: Call<typeof fields>): ConfirmationToken {
  const method = params.payment_method_data
    ? makeMethod(world, params.payment_method_data, access)
    : findPaymentMethod(world, params.payment_method ?? '', 'payment_method');
  return insert(world, 'confirmationTokens', {
    id: world.ids.next('ctoken'),
    object: 'confirmation_token',
    created: world.now(),
    expires_at: world.now() + lifeSeconds,
    livemode: false,
    mandate_data: null,
    metadata: {},
    payment_intent: null,
    payment_method_options: null,
    payment_method_preview: previewOf(world, method.id),
    return_url: params.return_url ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    setup_intent: null,
    shipping: params.shipping ?? null,
    use_stripe_sdk: true,
    [memory]: { method: method.id },
  });
}

export function confirmationTokens(offer: Offer): void {
  offer('post', '/test_helpers/confirmation_tokens', { fields, run: create });
  offer('post', '/confirmation_tokens', { fields, run: create, publishable: true });
  offer('get', '/confirmation_tokens/:id', {
    fields: {},
    run: ({ world, id }) => found(world.tables.confirmationTokens.get(id), 'confirmation_token', id),
  });
}
