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
  purpose: 'till_purpose',
  change: 'till_change',
} as const;

export interface PurchaseNote {
  /** Our checkout intent, where there was a checkout. */
  readonly intentId?: string;
  readonly planId?: string;
  readonly productId?: string;
  readonly group?: string;
  /** Add-ons that are paid once were bought with the subscription: they stand on its first invoice alone. */
  readonly oneTime?: true;
}

type Metadata = Readonly<Record<string, string>>;

/** What a checkout session and the subscription it leads to carry. */
export function writePurchaseNote({ intentId, planId, productId, group, oneTime }: PurchaseNote): Metadata {
  return {
    ...(intentId && { [keys.intent]: intentId }),
    ...(planId && { [keys.plan]: planId }),
    ...(productId && { [keys.product]: productId }),
    ...(group && { [keys.group]: group }),
    ...(oneTime && { [keys.oneTime]: 'true' }),
  };
}

export function readPurchaseNote(metadata: Metadata | null): PurchaseNote {
  const value = (key: string): string | undefined => metadata?.[key] || undefined;
  const [intentId, planId, productId, group] = [value(keys.intent), value(keys.plan), value(keys.product), value(keys.group)];
  return {
    ...(intentId && { intentId }),
    ...(planId && { planId }),
    ...(productId && { productId }),
    ...(group && { group }),
    ...(value(keys.oneTime) && { oneTime: true }),
  };
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
export function writeCatalogNote({ tillId, tillKind }: { tillId: string; tillKind: string }): Metadata {
  return { [keys.id]: tillId, [keys.kind]: tillKind };
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
