/** A mail about a subscription, before it becomes text or HTML: all its parts are finished sentences of one language. */
export interface Letter {
  readonly subject: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What it is about, as on a receipt: what, and how much. */
  readonly rows?: readonly LetterRow[];
  /** The row under the rule. */
  readonly total?: LetterRow;
  /** What there is to do. */
  readonly action?: { readonly label: string; readonly url: string };
}

export interface LetterRow {
  readonly label: string;
  readonly value: string;
  /** Smaller, under the label. */
  readonly detail?: string;
}

/** What stands around every letter of a shop. */
export interface Letterhead {
  readonly shop: string;
  /** BCP 47. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  /** Why one gets it. */
  readonly why: string;
  /** The owner's page, where a subscription is managed. */
  readonly manage?: { readonly label: string; readonly url: string };
}
