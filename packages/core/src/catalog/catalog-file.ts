/**
 * Step 1, catalog: the owner's file, `till.catalog.json`.
 *
 * Promise: a file that `parseCatalogFile` accepts can be sold; every fault of one that it refuses is named with its path
 * and what to do. The file owns rules and texts; its amounts are what `till catalog apply` writes to Stripe.
 */
import * as v from 'valibot';
import { checkCatalogFile } from './check-catalog-file.ts';

/** What to do about a field that is missing, unknown or no object at all. */
function objectAdvice({ expected, received }: v.StrictObjectIssue): string {
  if (expected === 'never') return `There is no field ${received} here. Take it out, or check its spelling.`;
  return received === 'undefined' ? 'This field is missing. Add it.' : 'Use an object in braces.';
}
const object = <const Entries extends v.ObjectEntries>(entries: Entries) => v.strictObject(entries, objectAdvice);
const list = <const Item extends v.GenericSchema>(item: Item) => v.array(item, 'Use a list in brackets.');
const string = v.string('Use a text in quotes.');
const flag = v.boolean('Use true or false.');

const id = v.pipe(string, v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/u, 'Use small letters, digits, - and _, at most 64.'));
const language = v.pipe(string, v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/u, 'Use a language tag such as en or pt-BR.'));
const currency = v.pipe(string, v.regex(/^[a-z]{3}$/u, 'Use a three-letter currency code in small letters, such as usd.'));
const whole = v.pipe(v.number('Use a whole number.'), v.safeInteger('Use a whole number.'), v.minValue(0, 'Use 0 or more.'));
const positive = v.pipe(whole, v.minValue(1, 'Use 1 or more.'));
const filled = v.pipe(string, v.trim(), v.minLength(1, 'Write a text.'), v.maxLength(500, 'Use at most 500 characters.'));

/** A text in the default language, or one a language: `{ "en": "Team", "he": "צוות" }`. */
export const TextSchema = v.union([filled, v.record(language, filled)], 'Write a text, or one for each language: { "en": "…" }.');
export type Text = v.InferOutput<typeof TextSchema>;
interface Feature {
  text: Text;
  included: boolean;
  group?: Text;
}
/** No language is called "text": its tag has two or three letters. */
const isText = (feature: Text | Feature): feature is Text => typeof feature === 'string' || !('text' in feature);

const interval = v.pipe(
  string,
  v.regex(/^(?:[1-9][0-9]{0,2}-)?(?:day|week|month|year)$/u, 'Use day, week, month or year, or with a count: 3-month.'),
);
/** Minor units with up to 12 places as a text: `"0.125"`. */
const decimal = v.pipe(string, v.regex(/^\d{1,12}(?:\.\d{1,12})?$/u, 'Use a number of minor units in quotes, at most 12 decimals.'));
const minorUnits = 'Use a whole number of minor units (2900 for 29.00), or a part of one in quotes: "0.125".';
/** Minor units by currency: `{ "usd": 2900, "jpy": 4500 }`, or as decimal texts: `{ "usd": "0.5" }`. */
const amounts = v.record(currency, v.union([whole, decimal], minorUnits));
const wholeAmounts = v.record(currency, whole);
const TierSchema = object({
  upTo: v.optional(v.nullable(positive), null),
  unitAmount: v.exactOptional(v.union([whole, decimal], minorUnits)),
  flatAmount: v.exactOptional(v.union([whole, decimal], minorUnits)),
});
const lookupKey = v.exactOptional(v.pipe(string, v.minLength(1, 'Write a lookup key.'), v.maxLength(200, 'Use at most 200 characters.')));
/** Stripe Tax code, `txcd_…`. */
const taxCode = v.exactOptional(v.pipe(string, v.regex(/^txcd_\d{8}$/u, 'Use a tax code of Stripe’s, such as txcd_10103001.')));

/** What every price may say about how a quantity becomes an amount; Stripe's words. */
const model = {
  /** Either amounts or tiers. */
  amounts: v.optional(amounts, {}),
  tiersMode: v.exactOptional(v.picklist(['graduated', 'volume'], 'Use graduated or volume.')),
  tiers: v.exactOptional(v.record(currency, v.pipe(list(TierSchema), v.minLength(1, 'Name at least one tier.')))),
  transformQuantity: v.exactOptional(
    object({ divideBy: v.pipe(whole, v.minValue(2, 'Use 2 or more.')), round: v.picklist(['up', 'down'], 'Use up or down.') }),
  ),
  /** Units that cost nothing before `amounts` begins: a graduated price with a free first tier. */
  included: v.exactOptional(positive),
  /** `event_name` of the meter whose usage is billed at the end of each period. */
  metered: v.exactOptional(v.pipe(string, v.regex(/^[a-z0-9][a-z0-9_.-]{0,99}$/u, 'Use small letters, digits, _, . and -.'))),
  lookupKey,
};
const RecurringPriceSchema = object({ interval, ...model });
const AnyPriceSchema = object({ interval: v.exactOptional(interval), ...model });
const { metered: _, ...oneTimeModel } = model;
const OneTimePriceSchema = object(oneTimeModel);
const SetupFeeSchema = object({ amounts: wholeAmounts, lookupKey });

/** What a change of subscription does about money; see `docs/change-modes.md`. */
const changeMode = v.picklist(
  ['prorate_now', 'prorate_next_invoice', 'full_price_now', 'difference_now', 'at_period_end', 'no_charge'],
  'Use prorate_now, prorate_next_invoice, full_price_now, difference_now, at_period_end or no_charge.',
);

/** An add-on may be left out: a default of 0. */
const QuantitySchema = object({
  min: v.optional(whole, 0),
  max: positive,
  step: v.optional(positive, 1),
  default: v.exactOptional(whole),
});
/** Seats and products sold alone: at least one is bought. */
const CountSchema = object({
  min: v.optional(positive, 1),
  max: positive,
  step: v.optional(positive, 1),
  default: v.exactOptional(positive),
});

const FeatureSchema = v.pipe(
  v.union(
    [TextSchema, object({ text: TextSchema, included: v.optional(flag, true), group: v.exactOptional(TextSchema) })],
    'Write a text, or { "text": …, "included": false }, with a "group" if you like.',
  ),
  v.transform((feature): Feature => (isText(feature) ? { text: feature, included: true } : feature)),
);

const grantName = v.pipe(string, v.regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/u, 'Use small letters, digits, _, . and -.'));
/** Small enough that no quantity makes it inexact. */
const limit = v.pipe(whole, v.maxValue(1_000_000_000, 'Use 1000000000 at most, or "unlimited".'));
const isGranted = v.literal(true, 'Use true.');
const unlimited = v.literal('unlimited', 'Use "unlimited".');
const planGrant = v.union(
  [isGranted, limit, unlimited, object({ perSeat: limit })],
  'Use true, a whole number, { "perSeat": … } or "unlimited".',
);
const unitGrant = v.union([isGranted, limit, unlimited], 'Use true, a whole number or "unlimited".');
/** What somebody may use, by the names that the owner's pages and backend ask for: a list, or with how much of each. */
const grantsOf = <const Value extends v.GenericSchema>(value: Value) =>
  v.exactOptional(
    v.union(
      [list(grantName), v.record(grantName, value)],
      'Name what it grants: ["exports"], or with limits: { "exports": true, "seats": 5 }.',
    ),
  );
/** A plan gives a number once, add-ons and products for each unit. */
const unitGrants = grantsOf(unitGrant);

const TrialSchema = object({
  days: v.pipe(positive, v.maxValue(730, 'Stripe takes at most 730 days.')),
  cardRequired: v.optional(flag, true),
  end: v.optional(
    v.picklist(['choose', 'free', 'cancel', 'pause', 'create_invoice'], 'Use choose, free, cancel, pause or create_invoice.'),
    'cancel',
  ),
  maxQuantity: v.exactOptional(positive),
});

const PlanSchema = object({
  id,
  group: v.optional(id, 'main'),
  kind: v.optional(v.picklist(['paid', 'free', 'contact'], 'Use paid, free or contact.'), 'paid'),
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  badge: v.exactOptional(TextSchema),
  highlight: v.exactOptional(flag),
  callToAction: v.exactOptional(TextSchema),
  contactUrl: v.exactOptional(string),
  features: v.optional(list(FeatureSchema), []),
  /** What it lets its customers use. */
  grants: grantsOf(planGrant),
  prices: v.optional(list(RecurringPriceSchema), []),
  seats: v.exactOptional(CountSchema),
  trial: v.exactOptional(TrialSchema),
  /** Paid once with the first invoice. */
  setupFee: v.exactOptional(SetupFeeSchema),
  /** What a change to this plan does; an upgrade makes renewals dearer or longer, a downgrade cheaper or shorter. */
  changes: v.optional(object({ upgrade: v.optional(changeMode, 'prorate_now'), downgrade: v.optional(changeMode, 'at_period_end') }), {}),
  taxCode,
});

const AddOnSchema = object({
  id,
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  image: v.exactOptional(string),
  unit: v.exactOptional(TextSchema),
  prices: v.pipe(list(AnyPriceSchema), v.minLength(1, 'Name at least one price.')),
  quantity: v.optional(QuantitySchema, { max: 1 }),
  plans: v.exactOptional(list(id)),
  /** Units that a plan contains already: `{ "team": 5 }`; the buyer's quantity counts what comes on top. */
  included: v.exactOptional(v.record(id, positive)),
  /** Id of a group in `addOnGroups`. */
  group: v.exactOptional(id),
  /** Add-ons that must be bought with it. */
  requires: v.exactOptional(list(id)),
  /** Add-ons that cannot be bought with it. */
  excludes: v.exactOptional(list(id)),
  grants: unitGrants,
  taxCode,
});

const AddOnGroupSchema = object({ id, name: TextSchema, max: v.exactOptional(positive) });

const ProductSchema = object({
  id,
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  image: v.exactOptional(string),
  price: OneTimePriceSchema,
  quantity: v.optional(CountSchema, { max: 1 }),
  grants: unitGrants,
  taxCode,
});

/** Who may use what they pay for; see `docs/entitlements.md`. */
const AccessSchema = object({ graceDays: v.optional(v.pipe(whole, v.maxValue(60, 'Use 60 days at most.')), 7) });

export const CatalogFileSchema = object({
  $schema: v.exactOptional(string),
  /** Tells this catalog from others that are sold on the same Stripe account; without it: `till`. */
  id: v.exactOptional(id),
  locales: v.pipe(list(language), v.minLength(1, 'Name at least one language.')),
  defaultCurrency: currency,
  currencies: v.pipe(list(currency), v.minLength(1, 'Name at least one currency.')),
  defaultInterval: v.exactOptional(interval),
  /** IANA time zone of every date that page, mails and server name; UTC when absent. */
  timeZone: v.exactOptional(v.pipe(string, v.minLength(1, 'Use a time zone such as Europe/Berlin.'), v.maxLength(64))),
  tax: v.optional(v.picklist(['none', 'exclusive', 'inclusive'], 'Use none, exclusive or inclusive.'), 'none'),
  plans: v.optional(list(PlanSchema), []),
  addOns: v.optional(list(AddOnSchema), []),
  addOnGroups: v.optional(list(AddOnGroupSchema), []),
  products: v.optional(list(ProductSchema), []),
  access: v.optional(AccessSchema, {}),
});
export type CatalogFile = v.InferOutput<typeof CatalogFileSchema>;
export type CatalogFilePlan = CatalogFile['plans'][number];
export type CatalogFileAddOn = CatalogFile['addOns'][number];
export type CatalogFileProduct = CatalogFile['products'][number];
export type CatalogFilePrice = CatalogFileAddOn['prices'][number];
/** What a change does about money. */
export type ChangeMode = CatalogFilePlan['changes']['upgrade'];

/** One fault: where it is (`plans[2].prices[0].amounts.usd`) and what to do. */
export interface CatalogProblem {
  readonly path: string;
  readonly message: string;
}

export type CatalogFileResult =
  | { readonly ok: true; readonly file: CatalogFile }
  | { readonly ok: false; readonly problems: readonly CatalogProblem[] };

const joinPath = (keys: readonly unknown[]): string =>
  keys.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key)), '');

/** Checks a parsed JSON value, fills in what may be left out, and names every fault. */
export function parseCatalogFile(value: unknown): CatalogFileResult {
  const parsed = v.safeParse(CatalogFileSchema, value);
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => ({ path: joinPath((issue.path ?? []).map(({ key }) => key)), message: issue.message }));
    return { ok: false, problems };
  }
  const problems = checkCatalogFile(parsed.output);
  return problems.length ? { ok: false, problems } : { ok: true, file: parsed.output };
}
