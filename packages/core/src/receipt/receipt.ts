/**
 * Steps 3 to 7: the one form of everything that lists amounts and adds them up, whatever it was made from.
 *
 * Promise: `lines + discounts + taxes on top − credit = sum`, in minor units, for every receipt that `makeReceipt` closed;
 * and an explanation of a line comes to the amount of that line.
 */
import * as v from 'valibot';

const unixSeconds = v.pipe(v.number(), v.safeInteger());
const minorUnits = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Minor units as a decimal text: `0.125`, `1250`. */
const decimal = v.string();

const LineStepSchema = v.variant('kind', [
  v.object({
    kind: v.literal('tier'),
    tier: count,
    units: count,
    unitAmount: decimal,
    flatAmount: v.exactOptional(decimal),
  }),
  v.object({ kind: v.literal('packages'), packages: count, divideBy: count, unitAmount: decimal }),
  v.object({ kind: v.literal('metered') }),
  v.object({ kind: v.literal('share'), remaining: v.number(), period: v.number() }),
]);

export const ExplanationSchema = v.variant('kind', [
  /** "3 × €10.00". */
  v.object({ kind: v.literal('units'), quantity: count, unitAmount: decimal }),
  /** Tiers, packages, or paid by use. */
  v.object({ kind: v.literal('steps'), steps: v.array(LineStepSchema) }),
  /** Paid once. */
  v.object({ kind: v.literal('once') }),
  /** Nothing yet: free for so many days, or until a moment. */
  v.object({ kind: v.literal('trial'), days: v.exactOptional(count), until: v.exactOptional(unixSeconds) }),
  /** Given back for the time that is not used. */
  v.object({ kind: v.literal('unused'), until: unixSeconds }),
  /** Charged for the time that is left of the period. */
  v.object({ kind: v.literal('remaining'), until: unixSeconds }),
  /** What the source did not list one by one. */
  v.object({ kind: v.literal('rest') }),
]);
/** How an amount came about, as data; `explainLine` words it. */
export type Explanation = v.InferOutput<typeof ExplanationSchema>;

export const ReceiptLineSchema = v.object({
  kind: v.picklist(['plan', 'add_on', 'product', 'setup_fee', 'proration', 'other']),
  /** In the page's language where the catalog knows it; empty for what only the explanation names. */
  name: v.string(),
  quantity: count,
  explanation: v.array(ExplanationSchema),
  /** Before discounts; negative for what is given back. */
  amount: minorUnits,
  /** Absent: paid once, or not known. */
  interval: v.exactOptional(v.string()),
  /** What it pays for. */
  period: v.exactOptional(v.object({ start: unixSeconds, end: unixSeconds })),
});
export type ReceiptLine = v.InferOutput<typeof ReceiptLineSchema>;

export const ReceiptPartSchema = v.object({ name: v.string(), amount: minorUnits });
/** Something that holds for all lines together; an empty name is worded by the language. */
export type ReceiptPart = v.InferOutput<typeof ReceiptPartSchema>;

export const ReceiptTaxSchema = v.object({
  ...ReceiptPartSchema.entries,
  /** Contained in the lines, so that it adds nothing. */
  inclusive: v.boolean(),
});
export type ReceiptTax = v.InferOutput<typeof ReceiptTaxSchema>;

export const DueSchema = v.variant('kind', [
  /** When it is confirmed. */
  v.object({ kind: v.literal('now') }),
  /** At the end of a trial that has not begun. */
  v.object({ kind: v.literal('in'), days: count }),
  v.object({ kind: v.literal('at'), at: unixSeconds }),
  /** Again and again. */
  v.object({ kind: v.literal('every'), interval: v.string() }),
  /** On top of what the next renewal costs. */
  v.object({ kind: v.literal('next_invoice') }),
  /** Nothing is left to pay. */
  v.object({ kind: v.literal('paid'), at: v.exactOptional(unixSeconds) }),
]);
/** When the sum is paid. */
export type Due = v.InferOutput<typeof DueSchema>;

export const ReceiptSchema = v.object({
  currency: v.string(),
  lines: v.array(ReceiptLineSchema),
  /** What is taken off, 0 or less each. */
  discounts: v.array(ReceiptPartSchema),
  taxes: v.array(ReceiptTaxSchema),
  /** Positive: paid from the customer's credit. Negative: kept as credit for later, or owed from before. */
  credit: minorUnits,
  /** What is paid. */
  sum: minorUnits,
  due: DueSchema,
  /** The sum is too small to be collected and is carried over to the next invoice; part of `credit`. */
  belowMinimum: v.exactOptional(v.literal(true)),
});
export type Receipt = v.InferOutput<typeof ReceiptSchema>;
