/** The lookup key of a price: the owner's own, else the id with the interval, or `_once`. */
export const lookupKeyOf = (itemId: string, price: { readonly interval?: string; readonly lookupKey?: string }): string =>
  price.lookupKey ?? `${itemId}_${price.interval ?? 'once'}`;
