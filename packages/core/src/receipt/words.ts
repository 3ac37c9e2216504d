/** Every word that stands on a receipt, in one language; a missing one is a type error. */
export interface ReceiptWords {
  /** "3 × €10.00". */
  readonly times: (quantity: number | string, unitAmount: string) => string;
  readonly once: string;
  /** In place of an amount of nothing. */
  readonly free: string;
  /** "50 included". */
  readonly included: (units: string) => string;
  /** Beside a line that is paid by use. */
  readonly usage: string;
  /** "5 × €8.00 + €10.00", one piece a tier; `flat` is empty where there is none. */
  readonly tier: (units: string, amount: string, flat: string) => string;
  /** "2 × 1,000 at €5.00". */
  readonly packages: (count: string, size: string, amount: string) => string;
  readonly freeForDays: (days: number) => string;
  readonly freeUntil: (day: string) => string;
  readonly setupFee: (plan: string) => string;
  /** Time that is given back. */
  readonly unused: (name: string, day: string) => string;
  /** Time that is left of the period. */
  readonly remaining: (name: string, day: string) => string;
  /** What is not listed one by one. */
  readonly rest: string;
  readonly discount: string;
  readonly tax: string;
  readonly taxContained: (name: string) => string;
  /** Paid from what the customer has. */
  readonly credit: string;
  /** Kept for later invoices. */
  readonly creditKept: string;
  /** Owed from before. */
  readonly carriedOver: string;
  /** Too little to be collected: comes with the next invoice. */
  readonly belowMinimum: string;
}
