import type { PriceModel } from '../catalog/catalog.ts';
import { isPaidByUse } from '../receipt/explain.ts';
import type { Explanation } from '../receipt/receipt.ts';

/** An item as it is read (`model`) or shown (`explanation`): what it costs in advance, and whether its use is paid afterwards. */
interface ChargedItem {
  readonly amount: number;
  readonly model?: PriceModel;
  readonly explanation?: readonly Explanation[];
}

export interface Charged {
  readonly items: readonly ChargedItem[];
}

/** Whether the use of an item is paid, after the period. */
export const hasUsePaid = ({ items }: Charged): boolean =>
  items.some(({ model, explanation = [] }) => model?.metered || isPaidByUse(explanation));

/** Whether nothing is ever charged for it, also not for its use. */
export const isFree = ({ items }: Charged): boolean => items.every(({ amount }) => amount === 0) && !hasUsePaid({ items });
