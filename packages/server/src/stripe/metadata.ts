/** The one reader and writer of our keys in Stripe's metadata (values are strings of at most 500 characters). */
import type { Selection } from '@tillkit/core/selection/selection';

const keys = {
  intent: 'till_intent',
  plan: 'till_plan',
  product: 'till_product',
  group: 'till_group',
  oneTime: 'till_one_time',
  issuer: 'till_issuer',
  subject: 'till_subject',
  id: 'till_id',
  kind: 'till_kind',
  catalog: 'till_catalog',
  purpose: 'till_purpose',
  change: 'till_change',
  after: 'till_after',
  restored: 'till_restored',
  cancelAt: 'till_cancel_at',
  setAside: 'till_set_aside',
  trialStart: 'till_trial_start',
} as const;

export interface PurchaseNote {
  /** Our checkout intent, where there was a checkout. */
  readonly intentId?: string;
  readonly planId?: string;
  readonly productId?: string;
  readonly group?: string;
  /** Add-ons that are paid once were bought with the subscription: they stand on its first invoice alone. */
  readonly oneTime?: true;
  /** The last change that was made through us; it tells a repeated confirmation from a new one (decision 0036). */
  readonly changeId?: string;
  /** What was chosen when its trial began. */
  readonly trialStart?: { readonly seats: number; readonly addOns: Readonly<Record<string, number>> };
}

type Metadata = Readonly<Record<string, string>>;

/** What a checkout session and the subscription it leads to carry. */
export function writePurchaseNote({ intentId, planId, productId, group, oneTime, changeId, trialStart }: PurchaseNote): Metadata {
  const start = trialStart && JSON.stringify(trialStart);
  return {
    ...(intentId && { [keys.intent]: intentId }),
    ...(planId && { [keys.plan]: planId }),
    ...(productId && { [keys.product]: productId }),
    ...(group && { [keys.group]: group }),
    ...(oneTime && { [keys.oneTime]: 'true' }),
    ...(changeId && { [keys.change]: changeId }),
    ...(start && start.length <= 500 && { [keys.trialStart]: start }),
  };
}

export function readPurchaseNote(metadata: Metadata | null): PurchaseNote {
  const value = (key: string): string | undefined => metadata?.[key] || undefined;
  const [intentId, planId, productId, group] = [value(keys.intent), value(keys.plan), value(keys.product), value(keys.group)];
  const changeId = value(keys.change);
  return {
    ...(intentId && { intentId }),
    ...(planId && { planId }),
    ...(productId && { productId }),
    ...(group && { group }),
    ...(value(keys.oneTime) && { oneTime: true }),
    ...(changeId && { changeId }),
    ...readTrialStart(value(keys.trialStart)),
  };
}

/** What somebody else wrote into it is as if it were not there. */
function readTrialStart(text: string | undefined): Pick<PurchaseNote, 'trialStart'> {
  if (text === undefined) return {};
  try {
    const { seats, addOns } = JSON.parse(text) as NonNullable<PurchaseNote['trialStart']>;
    const fits = Number.isSafeInteger(seats) && Object.values(addOns).every(Number.isSafeInteger);
    return fits ? { trialStart: { seats, addOns } } : {};
  } catch {
    return {};
  }
}

/** The note for what is bought. */
export function noteOf(selection: Selection, group: string | undefined): PurchaseNote {
  if (!('planId' in selection)) return { productId: selection.productId };
  return { planId: selection.planId, ...(group && { group }) };
}

/** What a customer carries, so that a lost database can be filled again. */
export function writeIdentityNote({ issuer, subject }: { issuer: string; subject: string }): Metadata {
  return { [keys.issuer]: issuer.slice(0, 500), [keys.subject]: subject };
}

/** Whether a customer was made for an identity of ours. */
export const isOurCustomer = (metadata: Metadata | null): boolean => Boolean(metadata?.[keys.issuer]);

/** Whether a subscription was bought through us; one that the owner made in the dashboard was not. */
export const isOurPurchase = (metadata: Metadata | null): boolean => Boolean(metadata?.[keys.intent] ?? metadata?.[keys.plan]);

/** What a product carries, by which `catalogSteps` of core finds it again. */
export function writeCatalogNote({ tillId, tillKind, catalogId }: { tillId: string; tillKind: string; catalogId: string }): Metadata {
  return { [keys.id]: tillId, [keys.kind]: tillKind, [keys.catalog]: catalogId };
}

/** What a price carries. */
export function writeOwnerNote(catalogId: string): Metadata {
  return { [keys.catalog]: catalogId };
}

const newPaymentMethod = 'payment_method';

/** What a session of mode `setup` of ours carries; the owner's site may have others, which are none of our business. */
export function writeSetupNote(): Metadata {
  return { [keys.purpose]: newPaymentMethod };
}

export function isSetupNote(metadata: Metadata | null): boolean {
  return metadata?.[keys.purpose] === newPaymentMethod;
}

/** What the invoice of a change carries, by which it is found after a day. */
export const writeChangeNote = (changeId: string): Metadata => ({ [keys.change]: changeId });

export const isChangeNote = (metadata: Metadata | null, changeId: string): boolean => metadata?.[keys.change] === changeId;

/** What a schedule of ours carries: the change that it plans, and the one before, by which a stale one is told. */
export const writeScheduleNote = (changeId: string | undefined, after: string | undefined): Metadata => ({
  ...(changeId !== undefined && { [keys.change]: changeId }),
  [keys.after]: after ?? '',
});

/** Undefined for a schedule that the owner made. */
export function readScheduleNote(metadata: Metadata | null): { changeId: string; after: string } | undefined {
  const changeId = metadata?.[keys.change];
  return changeId ? { changeId, after: metadata[keys.after] ?? '' } : undefined;
}

/** What a schedule carries that was planned again: the one that it was before. */
export const writeRestoredNote = (scheduleId: string): Metadata => ({ [keys.restored]: scheduleId });

export const isRestoredFrom = (metadata: Metadata | null, scheduleId: string): boolean => metadata?.[keys.restored] === scheduleId;

/** Most characters of a value, and most values that a text may be spread over. */
const valueLength = 500;
const mostParts = 10;

const setAsideKeys = Array.from({ length: mostParts }, (_, place) => `${keys.setAside}_${place}`);

/** Empties what `writeCancelNote` wrote. */
export const clearedCancelNote: Metadata = Object.fromEntries([keys.cancelAt, ...setAsideKeys].map((name) => [name, '']));

/**
 * What a subscription carries that its customer has canceled: for which moment (Unix seconds), and what was planned and is
 * planned again when they stay (a text of ours). Undefined when that text is too long for Stripe's metadata.
 */
export function writeCancelNote(cancelAt: number, setAside: string): Metadata | undefined {
  const parts = setAside.match(new RegExp(`.{1,${valueLength}}`, 'gsu')) ?? [];
  if (parts.length > mostParts) return undefined;
  return {
    ...clearedCancelNote,
    [keys.cancelAt]: String(cancelAt),
    ...Object.fromEntries(parts.map((part, place) => [setAsideKeys[place], part])),
  };
}

export function readCancelNote(metadata: Metadata | null): { cancelAt?: number; setAside?: string } {
  const cancelAt = Number(metadata?.[keys.cancelAt]);
  const setAside = setAsideKeys.map((name) => metadata?.[name] ?? '').join('');
  return { ...(cancelAt > 0 && { cancelAt }), ...(setAside && { setAside }) };
}
