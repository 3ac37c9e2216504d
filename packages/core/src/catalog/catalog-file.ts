/**
 * Step 1, catalog: the owner's file, `till.catalog.json`.
 *
 * Promise: a file that `parseCatalogFile` accepts can be sold; every fault of one that it refuses is named with its path
 * and what to do. The file owns rules and texts; its amounts are what `till catalog apply` writes to Stripe.
 */
import * as v from 'valibot';
import { checkCatalogFile } from './check-catalog-file.ts';

const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/u, 'Use small letters, digits, - and _, at most 64.'));
const language = v.pipe(v.string(), v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/u, 'Use a language tag such as en or pt-BR.'));
const currency = v.pipe(v.string(), v.regex(/^[a-z]{3}$/u, 'Use a three-letter currency code in small letters, such as usd.'));
const whole = v.pipe(v.number('Use a whole number.'), v.safeInteger('Use a whole number.'), v.minValue(0, 'Use 0 or more.'));
const positive = v.pipe(whole, v.minValue(1, 'Use 1 or more.'));
const filled = v.pipe(v.string(), v.trim(), v.minLength(1, 'Write a text.'), v.maxLength(500, 'Use at most 500 characters.'));

/** A text in the default language, or one a language: `{ "en": "Team", "he": "צוות" }`. */
export const TextSchema = v.union([filled, v.record(language, filled)], 'Write a text, or one for each language: { "en": "…" }.');
export type Text = v.InferOutput<typeof TextSchema>;

const interval = v.pipe(
  v.string(),
  v.regex(/^(?:[1-9][0-9]{0,2}-)?(?:day|week|month|year)$/u, 'Use day, week, month or year, or with a count: 3-month.'),
);
/** Minor units by currency: `{ "usd": 2900, "jpy": 4500 }`. */
const amounts = v.record(currency, whole);
const lookupKey = v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(200)));
/** Stripe Tax code, `txcd_…`. */
const taxCode = v.exactOptional(v.pipe(v.string(), v.regex(/^txcd_\d{8}$/u, 'Use a tax code of Stripe’s, such as txcd_10103001.')));

const RecurringPriceSchema = v.strictObject({ interval, amounts, lookupKey });
const AnyPriceSchema = v.strictObject({ interval: v.exactOptional(interval), amounts, lookupKey });
const OneTimePriceSchema = v.strictObject({ amounts, lookupKey });

const QuantitySchema = v.strictObject({
  min: v.optional(whole, 0),
  max: positive,
  step: v.optional(positive, 1),
  default: v.exactOptional(whole),
});

const FeatureSchema = v.union([
  TextSchema,
  v.strictObject({ text: TextSchema, included: v.optional(v.boolean(), true), group: v.exactOptional(TextSchema) }),
]);

const TrialSchema = v.strictObject({
  days: v.pipe(positive, v.maxValue(730, 'Stripe takes at most 730 days.')),
  cardRequired: v.optional(v.boolean(), true),
  end: v.optional(v.picklist(['choose', 'cancel', 'pause', 'create_invoice'], 'Use choose, cancel, pause or create_invoice.'), 'cancel'),
});

const PlanSchema = v.strictObject({
  id,
  group: v.optional(id, 'main'),
  kind: v.optional(v.picklist(['paid', 'free', 'contact'], 'Use paid, free or contact.'), 'paid'),
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  badge: v.exactOptional(TextSchema),
  highlight: v.exactOptional(v.boolean()),
  callToAction: v.exactOptional(TextSchema),
  contactUrl: v.exactOptional(v.string()),
  features: v.optional(v.array(FeatureSchema), []),
  prices: v.optional(v.array(RecurringPriceSchema), []),
  seats: v.exactOptional(QuantitySchema),
  trial: v.exactOptional(TrialSchema),
  taxCode,
});

const AddOnSchema = v.strictObject({
  id,
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  image: v.exactOptional(v.string()),
  unit: v.exactOptional(TextSchema),
  prices: v.pipe(v.array(AnyPriceSchema), v.minLength(1, 'Name at least one price.')),
  quantity: v.optional(QuantitySchema, { max: 1 }),
  plans: v.exactOptional(v.array(id)),
  taxCode,
});

const ProductSchema = v.strictObject({
  id,
  name: TextSchema,
  description: v.exactOptional(TextSchema),
  image: v.exactOptional(v.string()),
  price: OneTimePriceSchema,
  quantity: v.optional(QuantitySchema, { max: 1 }),
  taxCode,
});

export const CatalogFileSchema = v.strictObject({
  $schema: v.exactOptional(v.string()),
  locales: v.pipe(v.array(language), v.minLength(1, 'Name at least one language.')),
  defaultCurrency: currency,
  currencies: v.pipe(v.array(currency), v.minLength(1, 'Name at least one currency.')),
  defaultInterval: v.exactOptional(interval),
  tax: v.optional(v.picklist(['none', 'exclusive', 'inclusive'], 'Use none, exclusive or inclusive.'), 'none'),
  plans: v.optional(v.array(PlanSchema), []),
  addOns: v.optional(v.array(AddOnSchema), []),
  products: v.optional(v.array(ProductSchema), []),
});
export type CatalogFile = v.InferOutput<typeof CatalogFileSchema>;
export type CatalogFilePlan = CatalogFile['plans'][number];
export type CatalogFileAddOn = CatalogFile['addOns'][number];
export type CatalogFileProduct = CatalogFile['products'][number];
export type CatalogFilePrice = CatalogFileAddOn['prices'][number];

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
