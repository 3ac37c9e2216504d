/**
 * Step 1, catalog: what is sold, as a page sees it.
 *
 * Promise: everything a widget needs to show, choose and add up stands in one JSON value, and nothing in it is secret.
 * Texts are already in one language; amounts are already Stripe's. The owner's file is another type (`CatalogFile`).
 * Widgets import the types only; the schemas belong to the server and its tests.
 */
import * as v from 'valibot';

const affixes = v.pipe(v.tuple([v.string(), v.string()]), v.readonly());
/** The form of a `MoneyPattern`. */
export const MoneyPatternSchema = v.object({
  digits: v.number(),
  positive: affixes,
  negative: affixes,
  decimal: v.string(),
  group: v.string(),
  sizes: v.pipe(v.tuple([v.number(), v.number()]), v.readonly()),
  minimumGrouping: v.number(),
  numerals: v.exactOptional(v.string()),
});

/** Minor units of the currency (cents, yen, fils), never a float. */
const amount = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.string();
const currency = v.pipe(v.string(), v.regex(/^[a-z]{3}$/u));
const id = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/u));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/**
 * A billing interval as one word: `month`, `year`, or with a count before it, `3-month`, `2-week`.
 * It names Stripe's `interval` and `interval_count`.
 */
export type IntervalKey = string;
const intervalKey = v.pipe(v.string(), v.regex(/^(?:[1-9][0-9]{0,2}-)?(?:day|week|month|year)$/u));

/** Minor units as a decimal text of at most 12 places: `0.125`, `1250`. */
const decimal = v.pipe(v.string(), v.regex(/^\d{1,12}(?:\.\d{1,12})?$/u));

export const TierSchema = v.object({
  /** The tier holds units up to and with this one; null for the last. */
  upTo: v.nullable(v.pipe(count, v.minValue(1))),
  /** Minor units of each unit in it; 0 when absent. */
  unitAmount: v.exactOptional(decimal),
  /** Minor units once, when the tier is reached; 0 when absent. */
  flatAmount: v.exactOptional(decimal),
});
/** One step of a tiered price. */
export type Tier = v.InferOutput<typeof TierSchema>;

export const PriceModelSchema = v.object({
  /** Stripe's `unit_amount_decimal` by currency, where a unit is not a whole number of minor units. */
  unitAmounts: v.exactOptional(v.record(v.string(), decimal)),
  /** `volume`: the tier that holds the quantity prices all units; `graduated`: each tier prices its own. */
  tiersMode: v.exactOptional(v.picklist(['graduated', 'volume'])),
  /** Ascending, the last without an end; by currency. */
  tiers: v.exactOptional(v.record(v.string(), v.array(TierSchema))),
  /** Stripe's `transform_quantity`: the unit amount is one of a package. */
  transformQuantity: v.exactOptional(v.object({ divideBy: v.pipe(count, v.minValue(2)), round: v.picklist(['up', 'down']) })),
  /** Paid by use at the end of each period; nothing in advance. */
  metered: v.exactOptional(v.literal(true)),
});
/** How a quantity becomes an amount, where that is not quantity × amount. */
export type PriceModel = v.InferOutput<typeof PriceModelSchema>;

export const PriceSchema = v.object({
  /** Stripe's `lookup_key`. */
  id: v.string(),
  /** Absent: paid once. */
  interval: v.exactOptional(intervalKey),
  /**
   * Amount of one unit in minor units, by currency. A currency that is absent is not sold. With a `model` it is what one
   * unit alone costs, rounded: only to show.
   */
  amounts: v.record(v.string(), amount),
  /** Absent: the amount is quantity × `amounts`. */
  model: v.exactOptional(PriceModelSchema),
});
/** What something costs, once or every interval. Per-unit when the quantity may differ from 1. */
export type Price = v.InferOutput<typeof PriceSchema>;

export const QuantityRuleSchema = v.object({
  /** Smallest quantity that can be bought. An optional add-on may also be left out (0). */
  min: count,
  max: count,
  /** Quantities go up from `min` in this step. */
  step: v.pipe(count, v.minValue(1)),
  /** What is chosen before the buyer touches it. 0 leaves an add-on out. */
  default: count,
});
/** Which quantities are allowed: `min`, `min + step`, … up to `max`. */
export type QuantityRule = v.InferOutput<typeof QuantityRuleSchema>;

export const FeatureSchema = v.object({
  text,
  /** False: the plan does not have it; shown muted, to compare. */
  included: v.boolean(),
  /** Heading in a comparison. */
  group: v.exactOptional(text),
});
export type Feature = v.InferOutput<typeof FeatureSchema>;

export const TrialSchema = v.object({
  days: v.pipe(count, v.minValue(1), v.maxValue(730)),
  /** Whether the buyer must leave a card before the trial starts. */
  cardRequired: v.boolean(),
  /**
   * What happens at the end when there is no card. `choose`: access stops and the customer picks the free plan or a
   * paid one; `free`: the group's free plan begins by itself; the others are Stripe's `trial_settings.end_behavior.missing_payment_method`.
   */
  end: v.picklist(['choose', 'free', 'cancel', 'pause', 'create_invoice']),
  /** The largest quantity, of seats and of each add-on, that a trial gives; absent: what was chosen when it began. */
  maxQuantity: v.exactOptional(v.pipe(count, v.minValue(1))),
});
export type Trial = v.InferOutput<typeof TrialSchema>;

export const PlanSchema = v.object({
  id,
  /** The plan group; a customer has at most one live subscription in each. */
  group: id,
  /** `free` costs nothing and needs no card; `contact` is a link, it cannot be bought here. */
  kind: v.picklist(['paid', 'free', 'contact']),
  name: text,
  description: v.exactOptional(text),
  /** A few words on a small tab, such as "Most teams". */
  badge: v.exactOptional(text),
  /** The plan the owner recommends. */
  highlight: v.exactOptional(v.boolean()),
  /** The owner's own words on the button. */
  callToAction: v.exactOptional(text),
  /** `https:` or `mailto:` address of a `contact` plan. */
  contactUrl: v.exactOptional(text),
  features: v.array(FeatureSchema),
  /** Recurring prices, one an interval. Empty for a `contact` plan. */
  prices: v.array(PriceSchema),
  /** Present: the price is per seat and the buyer chooses how many. */
  seats: v.exactOptional(QuantityRuleSchema),
  trial: v.exactOptional(TrialSchema),
  /** Paid once with the first invoice, also when a trial comes first. */
  setupFee: v.exactOptional(PriceSchema),
});
/** One choice in the picker: a Stripe product with its recurring prices. */
export type Plan = v.InferOutput<typeof PlanSchema>;

export const AddOnSchema = v.object({
  id,
  name: text,
  /** What the buyer gains, one line. */
  description: v.exactOptional(text),
  /** `https:` address of a picture. */
  image: v.exactOptional(text),
  /** Singular of what is counted, "seat"; for "€4.00 a seat". */
  unit: v.exactOptional(text),
  /** Either recurring prices, one an interval of the plans, or one price without an interval: paid once. */
  prices: v.array(PriceSchema),
  quantity: QuantityRuleSchema,
  /** Plans that offer it; absent: every plan. */
  plans: v.exactOptional(v.array(id)),
  /** Units that a plan contains already, by plan id; the quantity counts what is bought beyond them. */
  included: v.exactOptional(v.record(id, count)),
  /** Id of its group in `addOnGroups`. */
  group: v.exactOptional(id),
  /** Add-ons that must be bought with it. */
  requires: v.exactOptional(v.array(id)),
  /** Add-ons that cannot be bought with it. */
  excludes: v.exactOptional(v.array(id)),
});
/** Something bought beside a plan, with a rule for its quantity. */
export type AddOn = v.InferOutput<typeof AddOnSchema>;

export const ProductSchema = v.object({
  id,
  name: text,
  description: v.exactOptional(text),
  image: v.exactOptional(text),
  price: PriceSchema,
  quantity: QuantityRuleSchema,
});
/** Something sold alone and paid once, without a subscription. */
export type Product = v.InferOutput<typeof ProductSchema>;

export const AddOnGroupSchema = v.object({
  id,
  name: text,
  /** How many add-ons of the group can be bought together; absent: all. */
  max: v.exactOptional(v.pipe(count, v.minValue(1))),
});
/** Add-ons that belong together under a heading. */
export type AddOnGroup = v.InferOutput<typeof AddOnGroupSchema>;

export const CatalogSchema = v.object({
  /** Changes whenever anything in the catalog does; also the ETag. */
  version: v.string(),
  /** BCP 47 language of the texts and of `money`. */
  locale: v.string(),
  /** Languages that the owner has written texts in; the first is the default. */
  locales: v.array(v.string()),
  defaultCurrency: currency,
  currencies: v.array(currency),
  /** How `locale` writes each of `currencies`. */
  money: v.record(v.string(), MoneyPatternSchema),
  /** Every interval some plan has, in the order the toggle shows them. */
  intervals: v.array(intervalKey),
  defaultInterval: intervalKey,
  /** IANA time zone of the dates that are named; UTC when absent. */
  timeZone: v.exactOptional(v.string()),
  plans: v.array(PlanSchema),
  addOns: v.array(AddOnSchema),
  addOnGroups: v.exactOptional(v.array(AddOnGroupSchema)),
  products: v.array(ProductSchema),
  /** `exclusive`: tax comes on top and the page says so; `inclusive`: prices contain it; `none`: no tax is charged. */
  tax: v.picklist(['none', 'exclusive', 'inclusive']),
  /** There are price models, setup fees or rules between add-ons: `quoteExactly` and `checkAddOnRules` are needed. */
  extended: v.exactOptional(v.literal(true)),
  /** For the card form: the owner's publishable key (`pk_…`). */
  publishableKey: v.exactOptional(v.string()),
  /** Stripe's own login page of the customer portal, where the owner has switched it on. */
  portalLoginUrl: v.exactOptional(v.string()),
  /** A customer can sign in by a code that is sent by e-mail. */
  emailCodes: v.exactOptional(v.literal(true)),
});
export type Catalog = v.InferOutput<typeof CatalogSchema>;
