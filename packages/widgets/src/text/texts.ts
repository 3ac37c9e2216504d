import type { ReceiptWords } from '@tillkit/core/receipt/words';

/** Every word a pricing page shows, one entry each; a missing one is a type error. Panel and card form have their own. */
export interface Texts extends ReceiptWords {
  /** BCP 47 language of the words. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';

  readonly choosePlan: string;
  readonly billingInterval: string;
  /** On the interval toggle: "Save €58 a year". */
  readonly saveYearly: (amount: string) => string;
  /** Under a price: "a seat, every month". */
  readonly perSeat: (per: string) => string;
  readonly seats: string;
  readonly trialBadge: (days: number, cardRequired: boolean) => string;
  readonly notIncluded: string;

  readonly addWhatYouNeed: string;
  readonly changeLater: string;
  /** "€4.00 a seat, a month": `unit` is the owner's word for one, or empty; `per` is how often, or empty. */
  readonly priceOf: (amount: string, unit: string | undefined, per: string) => string;
  readonly fewer: (name: string) => string;
  readonly more: (name: string) => string;
  /** What a stepper allows: "5 to 100, in steps of 5". */
  readonly range: (min: number, max: number, step: number) => string;
  /** A typed quantity was moved to one that can be bought. */
  readonly adjusted: (name: string, quantity: number) => string;
  /** Add-ons that the new plan, interval or currency does not offer, or that another one left no room for. */
  readonly dropped: (names: string) => string;
  readonly add: (name: string) => string;
  /** Why an add-on or plan cannot be chosen. */
  readonly unavailable: (code: string) => string;

  readonly yourOrder: string;
  /** Adverb of a billing interval: "Monthly", "Every 3 months". */
  readonly intervalName: (interval: string) => string;
  /** After an amount: "a month", "every 3 months". */
  readonly perInterval: (interval: string) => string;

  readonly dueToday: string;
  readonly dueLater: (days: number) => string;
  /** Under the sum. */
  readonly thenEvery: (amount: string, per: string) => string;
  /** "Renews every 3 months until you cancel." */
  readonly renews: (per: string) => string;
  readonly trialThen: (days: number, amount: string, per: string) => string;
  /** "$21.75 for the first payment, then $29.00 a month": while a discount lasts that ends by itself. */
  readonly introductory: (amount: string, months: number | undefined) => string;
  /** In place of it where nothing but use is paid afterwards. */
  readonly trialOnly: (days: number) => string;
  readonly paidByUse: string;
  /** In the place of an amount and how often, where nothing but use is paid; `per` is how often. */
  readonly useOf: (per: string) => [amount: string, per: string];
  readonly freeForever: string;
  readonly plusTax: string;
  /** Where nothing is asked for before it is paid. */
  readonly plusTaxLater: string;
  readonly taxIncluded: string;

  /** The total is more than can be charged. */
  readonly tooLarge: string;

  readonly subscribe: string;
  readonly pay: string;
  readonly startTrial: string;
  readonly startFree: string;
  readonly contact: string;
  readonly noCardNeeded: string;
  readonly cancelAnyTime: string;
  readonly oneMoment: string;

  readonly loading: string;
  readonly nothingSold: string;
  readonly tryAgain: string;
  /** Something was bought, and its confirmation cannot be shown. */
  readonly ordered: string;
  /** When some code could not be fetched, also because another build has come since. */
  readonly offline: string;
}
