/** Step checkout: what a buyer changes about a session through Stripe.js, made by the same rules as on the hosted page. */
import { invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Address } from '../objects/customer.ts';
import {
  applyPromotionCode,
  changeAddress,
  changeQuantity,
  changeShipping,
  chooseOptional,
} from '../resources/checkout-session-changes.ts';
import type { World } from '../world.ts';
import { wholeAddress } from './session-confirmation.ts';

export type AskedChange =
  | { readonly line_item: string; readonly quantity: number }
  | { readonly promotion_code: string | null }
  | { readonly optional_item: string; readonly selected: boolean }
  | { readonly address: Partial<Address> | null }
  | { readonly shipping_option: string };

/** Makes the change inside a request, or refuses it with words for the buyer. */
export function changeSession(world: World, session: CheckoutSession, asked: AskedChange): CheckoutSession {
  if (session.status !== 'open') throw invalid('This checkout session is not open any more.');
  if ('line_item' in asked) return changeQuantity(world, session, asked.line_item, asked.quantity);
  if ('promotion_code' in asked) return applyPromotionCode(world, session, asked.promotion_code ?? '');
  if ('optional_item' in asked) return chooseOptional(world, session, asked.optional_item, asked.selected);
  if ('address' in asked) return changeAddress(world, session, wholeAddress(asked.address ?? {}));
  return changeShipping(world, session, asked.shipping_option);
}
