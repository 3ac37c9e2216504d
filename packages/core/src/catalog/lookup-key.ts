/** The lookup key of a price: the owner's own, else the id with the interval, or `_once`. */
export const lookupKeyOf = (itemId: string, price: { readonly interval?: string; readonly lookupKey?: string }): string =>
  price.lookupKey ?? `${itemId}_${price.interval ?? 'once'}`;

/** A plan's setup fee as a price like any other, with a lookup key of its own. */
export const setupFeeOf = <Fee extends { readonly lookupKey?: string }>(
  planId: string,
  fee: Fee,
): Fee & { readonly lookupKey: string } => ({
  ...fee,
  lookupKey: fee.lookupKey ?? `${planId}_setup`,
});
