/** Every word of the subscription panel. */
export interface PanelTexts {
  readonly title: string;
  readonly loading: string;
  readonly tryAgain: string;
  /** Part of the code could not be fetched. */
  readonly offline: string;
  readonly status: Readonly<Record<string, string>>;

  readonly signedOutTitle: string;
  readonly signedOut: string;
  readonly portalLogin: string;
  /** Before somebody proves again who they are, for what matters. */
  readonly stepUp: string;
  readonly signedIn: string;
  readonly signOut: string;
  readonly nothingTitle: string;
  readonly nothing: string;

  readonly nextPayment: (amount: string, day: string) => string;
  /** Over the lines of the next payment. */
  readonly nextPaymentOn: (day: string) => string;
  readonly freePlan: string;
  /** Where the first payment after a trial is none that comes again. */
  readonly freeUntil: (day: string) => string;
  readonly trialUntil: (day: string, amount: string, per: string) => string;
  /** While a payment is late. */
  readonly endsUnpaid: (day: string) => string;
  readonly cancelsOn: (day: string) => string;
  readonly endedOn: (day: string) => string;
  readonly changesOn: (plan: string, day: string) => string;
  /** The same where what it leads to has no name here. */
  readonly changesToOther: (day: string) => string;
  /** Why nothing else can be changed meanwhile. */
  readonly changeWaits: string;
  readonly changeWaitsByOwner: string;
  readonly paused: string;
  /** Payments rest until a moment, or until they are resumed. */
  readonly pausedUntil: (day: string) => string;
  readonly collectionPaused: string;
  /** Stripe makes it when its invoice is paid. */
  readonly changePending: (day: string) => string;
  /** Before another change is confirmed, which drops the one that waits. */
  readonly changeDrops: string;
  readonly incomplete: string;
  readonly trialEndedTitle: (plan: string) => string;
  readonly trialEnded: string;
  readonly startAgain: string;

  readonly change: string;
  readonly cancel: string;
  readonly keep: string;
  readonly undoChange: string;
  readonly resume: string;

  readonly cancelTitle: (plan: string) => string;
  readonly cancelExplained: (day: string) => string;
  /** Without access, and with an open invoice. */
  readonly cancelUnpaid: (day: string) => string;
  /** The same where something is paid by use. */
  readonly cancelBillsUse: (day: string) => string;
  /** What becomes of a scheduled change. */
  readonly cancelDropsChange: (plan: string, day: string) => string;
  /** The same where what it leads to has no name here. */
  readonly cancelDropsOtherChange: (day: string) => string;
  readonly reason: string;
  readonly noReason: string;
  readonly reasons: Readonly<Record<string, string>>;
  readonly confirmCancel: string;
  readonly back: string;

  readonly changeTitle: string;
  readonly seePrice: string;
  readonly unchanged: string;
  readonly now: string;
  readonly after: string;
  readonly dueNow: string;
  readonly atPeriodEnd: (day: string) => string;
  /** A change at once that costs nothing yet. */
  readonly nothingDue: string;
  /** A change in a trial ends it. */
  readonly trialEndsNow: string;
  /** A change in a trial leaves it running. */
  readonly trialGoesOn: (day: string) => string;
  /** Beside the sum that the next renewal's invoice carries on top. */
  readonly nextInvoice: string;
  readonly credit: (amount: string) => string;
  /** `isDiscounted` where something is taken off the amount, which is that of the prices. */
  readonly renewal: (amount: string, per: string, isDiscounted?: boolean) => string;
  readonly resumeTitle: (plan: string) => string;
  readonly confirmResume: (amount: string) => string;
  readonly cardAndResume: string;
  /** The day of the next renewal, after something begins anew. */
  readonly renewsOn: (day: string) => string;
  readonly confirmChange: (amount: string) => string;
  /** Where nothing is paid now. */
  readonly confirmFree: string;
  readonly confirmLater: (day: string) => string;

  readonly invoices: string;
  readonly noInvoices: string;
  /** Where they could not be read. */
  readonly invoicesFailed: string;
  readonly invoiceStatus: Readonly<Record<string, string>>;
  readonly view: (number: string) => string;
  readonly viewWord: string;
  readonly more: string;
  readonly done: string;
  /** In place of what was asked for: another purchase was a moment faster. */
  readonly otherSubscription: string;
}
