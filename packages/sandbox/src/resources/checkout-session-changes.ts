/**
 * Step checkout: what the buyer changes on the page before paying: quantities, optional items, a promotion code, the address.
 *
 * Promise: only what the session allows; a refused change leaves the session as it was.
 */
import { invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { Address } from '../objects/customer.ts';
import { memory } from '../objects/memory.ts';
import { change, type World } from '../world.ts';
import { readLines } from './checkout-session-items.ts';
import { chooseShipping } from './checkout-session-shipping.ts';
import { wantedAgain, withLines } from './checkout-session-totals.ts';
import { codeTyped } from './promotion-codes.ts';

const isBetween = (quantity: number, minimum: number, maximum: number): boolean =>
  Number.isSafeInteger(quantity) && quantity >= minimum && quantity <= maximum;

/** Another quantity of a line; 0 removes it where its minimum allows. */
export function changeQuantity(world: World, session: CheckoutSession, line: string, quantity: number): CheckoutSession {
  const item = session.line_items.data.find(({ id }) => id === line);
  const range = item?.adjustable_quantity;
  if (!item || !range?.enabled) throw invalid('The quantity of this item cannot be changed.', undefined, 'line_item');
  if (!isBetween(quantity, range.minimum ?? 0, range.maximum ?? 99)) throw invalid('This quantity is not offered.', undefined, 'quantity');
  const lines = wantedAgain(session).flatMap((wanted) => (wanted.id !== line ? [wanted] : quantity === 0 ? [] : [{ ...wanted, quantity }]));
  return change(world, 'sessions', session, withLines(world, session, lines));
}

/** Adds an optional item as it was offered, or takes it off again. */
export function chooseOptional(world: World, session: CheckoutSession, price: string, chosen: boolean): CheckoutSession {
  const offered = session.optional_items?.find((item) => item.price === price);
  if (!offered) throw invalid('This item is not offered.', undefined, 'price');
  const others = wantedAgain(session).filter((line) => line.price.id !== price);
  const { adjustable_quantity: range, quantity } = offered;
  const adjustable_quantity = range && { enabled: range.enabled, minimum: range.minimum ?? 0, maximum: range.maximum ?? 99 };
  const added = chosen
    ? readLines(world, [{ price, quantity, ...(adjustable_quantity && { adjustable_quantity }) }], 'optional_items')
    : [];
  return change(world, 'sessions', session, withLines(world, session, [...others, ...added]));
}

/** Redeems what customers call a code; letters may be large or small. An empty one takes it off. */
export function applyPromotionCode(world: World, session: CheckoutSession, code: string): CheckoutSession {
  if (!session.allow_promotion_codes) throw invalid('This session takes no promotion codes.', undefined, 'promotion_code');
  const terms = session[memory].terms;
  if (code === '') return change(world, 'sessions', session, withLines(world, session, wantedAgain(session), { ...terms, discounts: [] }));
  const known = codeTyped(world, code, session.customer);
  if (!known) throw invalid('This code is invalid.', 'resource_missing', 'promotion_code');
  const discounts = [{ promotion_code: known.id }];
  return change(world, 'sessions', session, withLines(world, session, wantedAgain(session), { ...terms, discounts }));
}

const nobody = {
  address: null,
  business_name: null,
  email: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
} as const;

/** Where the buyer lives, which decides about automatic taxes. */
export function changeAddress(world: World, session: CheckoutSession, address: Address): CheckoutSession {
  const placed = change(world, 'sessions', session, { customer_details: { ...nobody, ...session.customer_details, address } });
  if (!session[memory].terms.automatic_tax || session.mode === 'setup') return placed;
  return change(world, 'sessions', placed, withLines(world, placed, wantedAgain(placed)));
}

/** Another way of shipping of those that are offered. */
export function changeShipping(world: World, session: CheckoutSession, rate: string): CheckoutSession {
  const shipped = change(world, 'sessions', session, { shipping_cost: chooseShipping(session, rate) });
  return change(world, 'sessions', shipped, withLines(world, shipped, wantedAgain(shipped)));
}
