/**
 * Step panel: which items a subscription has now, and which it is asked to have.
 *
 * Promise: what cannot stand on one subscription is refused before anything is written.
 */
import { invalid, missingReference } from '../http/api-error.ts';
import { mergeMetadata } from '../http/read.ts';
import { amountOf } from '../money/price-amount.ts';
import type { TaxRate } from '../objects/discount.ts';
import { readDiscounts, redeem, type WantedDiscount } from './discounts.ts';
import type { Price } from '../objects/catalog.ts';
import type { Period } from '../objects/invoice.ts';
import type { Subscription, SubscriptionItem } from '../objects/subscription.ts';
import { periodContaining } from '../time/period.ts';
import type { World } from '../world.ts';
import { demandRecurring, mostItems, newItem } from './subscription-create.ts';

export interface ItemWish {
  /** Without it an item is added. */
  readonly id?: string;
  readonly price?: Price;
  readonly quantity?: number;
  readonly deleted?: boolean;
  readonly discounts?: readonly WantedDiscount[];
  readonly tax_rates?: readonly TaxRate[];
  /** Null deletes all. */
  readonly metadata?: Readonly<Record<string, string>> | null;
}

/** An item before and after; an added one has no before, a deleted one no after. */
export interface Planned {
  readonly before?: SubscriptionItem;
  readonly after?: SubscriptionItem;
}

const cadence = ({ recurring }: Price): string => `${recurring?.interval} ${recurring?.interval_count}`;

/** The period an added item shares, or the one its interval gives from the subscription's anchor. */
function periodOfAdded({ items, status, billing_cycle_anchor }: Subscription, price: Price, at: number): Period {
  const same = items.data.find((item) => cadence(item.price) === cadence(price) || status === 'trialing');
  if (same) return { start: same.current_period_start, end: same.current_period_end };
  return price.recurring ? periodContaining(billing_cycle_anchor, price.recurring, at) : { start: at, end: at };
}

function planOne(world: World, subscription: Subscription, wish: ItemWish, path: string): Planned {
  const before = wish.id === undefined ? undefined : subscription.items.data.find(({ id }) => id === wish.id);
  if (wish.id !== undefined && !before) throw missingReference('subscription item', wish.id, `${path}[id]`);
  if (before && wish.deleted) return { before };
  const price = wish.price ?? before?.price;
  if (!price) throw invalid(`Missing required param: ${path}[price].`, 'parameter_missing', `${path}[price]`);
  if (price.id !== before?.price.id) demandRecurring(price, subscription.currency, `${path}[price]`);
  if (before) {
    const metadata = mergeMetadata(before.metadata, wish.metadata);
    const { tax_rates = before.tax_rates } = wish;
    const place = { subscription: subscription.id, subscription_item: before.id, customer: subscription.customer };
    const discounts = wish.discounts
      ? wish.discounts.flatMap((one) =>
          // one that is named by its id goes on, any other begins now
          one.discount !== undefined && before.discounts.includes(one.discount)
            ? [one.discount]
            : redeem(world, readDiscounts(world, [one], subscription), place).map((discount) => discount.id),
        )
      : before.discounts;
    return { before, after: { ...before, price, quantity: wish.quantity ?? before.quantity, metadata, tax_rates, discounts } };
  }
  const added = {
    price,
    quantity: wish.quantity ?? 1,
    metadata: mergeMetadata({}, wish.metadata),
    ...(wish.discounts && { discounts: wish.discounts }),
    ...(wish.tax_rates && { tax_rates: wish.tax_rates }),
  };
  return { after: newItem(world, subscription.id, added, periodOfAdded(subscription, price, world.now()), subscription) };
}

function demandHoldable({ billing_mode }: Subscription, items: readonly SubscriptionItem[]): void {
  if (items.length === 0) {
    throw invalid('A subscription must have at least one active plan. To remove the last one, cancel the subscription.');
  }
  if (items.length > mostItems) throw invalid(`A subscription can have at most ${mostItems} items.`, undefined, 'items');
  const prices = items.map(({ price }) => price.id);
  const twice = prices.findIndex((id, position) => prices.indexOf(id) !== position);
  if (twice >= 0) throw invalid(`Cannot add multiple subscription items with the same plan: ${prices[twice]}`, undefined, 'items');
  if (billing_mode.type === 'classic' && new Set(items.map(({ price }) => cadence(price))).size > 1) {
    throw invalid(
      'Currently, all prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      undefined,
      'items',
    );
  }
}

/** All items of the subscription with what becomes of them; those nobody mentions stay. */
export function planItems(world: World, subscription: Subscription, wishes: readonly ItemWish[]): Planned[] {
  const planned = new Map<string, Planned>(subscription.items.data.map((item) => [item.id, { before: item, after: item }]));
  for (const [position, wish] of wishes.entries()) {
    const one = planOne(world, subscription, wish, `items[${position}]`);
    const id = (one.before ?? one.after)?.id;
    if (id !== undefined) planned.set(id, one);
  }
  demandHoldable(subscription, itemsAfter([...planned.values()]));
  return [...planned.values()];
}

export const itemsAfter = (planned: readonly Planned[]): SubscriptionItem[] => planned.flatMap(({ after }) => after ?? []);

/** Whether the item costs something else; metadata alone does not. */
export const isRepriced = ({ before, after }: Planned): boolean =>
  !before || !after || before.price.id !== after.price.id || before.quantity !== after.quantity;

/** A change of interval, or from free to paid, begins a new period now. */
export function beginsNewPeriod({ currency }: Subscription, planned: readonly Planned[]): boolean {
  const cost = (item: SubscriptionItem | undefined): number => (item ? amountOf(item.price, currency, item.quantity) : 0);
  const before = planned.reduce((sum, item) => sum + cost(item.before), 0);
  const after = planned.reduce((sum, item) => sum + cost(item.after), 0);
  const changesInterval = planned.some((item) => item.before && item.after && cadence(item.before.price) !== cadence(item.after.price));
  return changesInterval || (before === 0 && after > 0);
}
