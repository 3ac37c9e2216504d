/**
 * Serves the steps catalog, quote and panel: money as text, without `Intl` in the browser.
 *
 * Promise: `formatMoney` writes the same characters as `Intl.NumberFormat` with `style: 'currency'` in the pattern's
 * locale, with the number of decimals that Stripe's minor unit has (see docs/decisions/0002).
 */

/** How one locale writes amounts of one currency; made on the server by `moneyPattern`, a plain JSON value. */
export interface MoneyPattern {
  /** Decimals of the minor unit: 0 for JPY, 2 for EUR, 3 for KWD. */
  readonly digits: number;
  /** What stands before and after a positive amount, bidi marks and spaces included. */
  readonly positive: readonly [prefix: string, suffix: string];
  /** The same for a negative amount. */
  readonly negative: readonly [prefix: string, suffix: string];
  /** Decimal separator. */
  readonly decimal: string;
  /** Grouping separator, `''` where the locale does not group. */
  readonly group: string;
  /** Digits in the group next to the decimal separator and in every further one: `[3, 3]`, in India `[3, 2]`. */
  readonly sizes: readonly [primary: number, secondary: number];
  /** Digits that must stand before the first grouping separator: 1, in Spanish and Polish 2. */
  readonly minimumGrouping: number;
  /** The ten digits where the locale does not write 0–9. */
  readonly numerals?: string;
}
