/** Words for price models, discounts and taxes; fetched with the engine that works them out. */
export interface ExtendedTexts {
  /** "from €8.00". */
  readonly from: (amount: string) => string;
  /** "50 included, then €0.12". */
  readonly includedThen: (units: string, amount: string) => string;
  /** "50 included". */
  readonly included: (units: string) => string;
  /** Beside a line that is paid by use. */
  readonly usage: string;
  /** Where nothing is due in advance: "€0.005 each, by use". */
  readonly byUse: (amount: string) => string;
  /** "€5.00 for every 1,000". */
  readonly perPackage: (amount: string, size: string) => string;
  /** "5 × €8.00 + 3 × €6.50", one piece a tier. */
  readonly tier: (units: string, amount: string, flat: string) => string;
  /** "2 packages of 1,000 at €5.00". */
  readonly packages: (count: string, size: string, amount: string) => string;
  readonly setupFee: (plan: string) => string;
  readonly credit: string;
  readonly taxIncluded: (name: string) => string;
  /** Beside what renewals cost while a discount lasts: "First 3 months", "First payment". */
  readonly introductory: (months: number | undefined) => string;
  readonly code: string;
  readonly apply: string;
  readonly remove: string;
  readonly applied: (name: string) => string;
}

const en: ExtendedTexts = {
  from: (amount) => `from ${amount}`,
  includedThen: (units, amount) => `${units} included, then ${amount}`,
  included: (units) => `${units} included`,
  usage: 'by use',
  byUse: (amount) => `${amount} each, by use`,
  perPackage: (amount, size) => `${amount} for every ${size}`,
  tier: (units, amount, flat) => `${units} × ${amount}${flat && ` + ${flat}`}`,
  packages: (count, size, amount) => `${count} × ${size} at ${amount}`,
  setupFee: (plan) => `Setup, ${plan}`,
  credit: 'Your credit',
  taxIncluded: (name) => `${name}, included`,
  introductory: (months) => (months ? `Renewals in the first ${months === 1 ? 'month' : `${months} months`}` : 'First payment'),
  code: 'Promotion code',
  apply: 'Apply',
  remove: 'Remove',
  applied: (name) => `Applied: ${name}`,
};

const he: ExtendedTexts = {
  from: (amount) => `החל מ־${amount}`,
  includedThen: (units, amount) => `${units} כלולים, ולאחר מכן ${amount}`,
  included: (units) => `${units} כלולים`,
  usage: 'לפי שימוש',
  byUse: (amount) => `${amount} ליחידה, לפי שימוש`,
  perPackage: (amount, size) => `${amount} לכל ${size}`,
  tier: (units, amount, flat) => `${units} × ${amount}${flat && ` + ${flat}`}`,
  packages: (count, size, amount) => `${count} × ${size} במחיר ${amount}`,
  setupFee: (plan) => `הקמה, ${plan}`,
  credit: 'היתרה שלך',
  taxIncluded: (name) => `${name}, כלול`,
  introductory: (months) => (months ? `חידושים ב־${months === 1 ? 'חודש הראשון' : `${months} החודשים הראשונים`}` : 'תשלום ראשון'),
  code: 'קוד קופון',
  apply: 'החלה',
  remove: 'הסרה',
  applied: (name) => `הוחל: ${name}`,
};

/** The words in a BCP 47 language; English where there are none. */
export const extendedTexts = (language: string): ExtendedTexts => (language === 'he' ? he : en);
