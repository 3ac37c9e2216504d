import type { ReceiptLine } from './receipt.ts';

const places: Readonly<Record<ReceiptLine['kind'], number>> = { plan: 0, add_on: 1, setup_fee: 2, product: 3, proration: 4, other: 5 };

/** What is paid once stands behind what is paid again and again. */
function placeOf({ kind, explanation }: ReceiptLine): number {
  const isOnce = explanation.some((part) => part.kind === 'once');
  return kind === 'add_on' && isOnce ? places.product : places[kind];
}

/** The order of lines on every receipt: plan, add-ons, what is paid once, parts of periods, the rest; within these as they came. */
export const inReceiptOrder = (lines: readonly ReceiptLine[]): ReceiptLine[] =>
  lines.toSorted((one, other) => placeOf(one) - placeOf(other));
