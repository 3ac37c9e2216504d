/** Words for price models, discounts and taxes; fetched with the engine that works them out. */
export interface ExtendedTexts {
  /** "from €8.00". */
  readonly from: (amount: string) => string;
  /** "50 included, then €0.12". */
  readonly includedThen: (units: string, amount: string) => string;
  /** Where nothing is due in advance: "€0.005 each, by use". */
  readonly byUse: (amount: string) => string;
  /** "€5.00 for every 1,000". */
  readonly perPackage: (amount: string, size: string) => string;
  readonly code: string;
  readonly apply: string;
  readonly remove: string;
  readonly applied: (name: string) => string;
  /** A code that was entered and is not good for what is chosen now. */
  readonly notApplied: (name: string) => string;
}

const en: ExtendedTexts = {
  from: (amount) => `from ${amount}`,
  includedThen: (units, amount) => `${units} included, then ${amount}`,
  byUse: (amount) => `${amount} each, by use`,
  perPackage: (amount, size) => `${amount} for every ${size}`,
  code: 'Promotion code',
  apply: 'Apply',
  remove: 'Remove',
  applied: (name) => `Applied: ${name}`,
  notApplied: (name) => `Not counted: ${name}`,
};

const he: ExtendedTexts = {
  from: (amount) => `החל מ־${amount}`,
  includedThen: (units, amount) => `${units} כלולים, ולאחר מכן ${amount}`,
  byUse: (amount) => `${amount} ליחידה, לפי שימוש`,
  perPackage: (amount, size) => `${amount} לכל ${size}`,
  code: 'קוד קופון',
  apply: 'החלה',
  remove: 'הסרה',
  applied: (name) => `הוחל: ${name}`,
  notApplied: (name) => `לא נכלל: ${name}`,
};

/** The words in a BCP 47 language; English where there are none. */
export const extendedTexts = (language: string): ExtendedTexts => (language === 'he' ? he : en);
