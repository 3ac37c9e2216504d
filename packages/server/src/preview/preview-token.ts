/**
 * The signed preview: what was shown, so that exactly this can be confirmed (decision 0005).
 *
 * Promise: nobody but this server makes one, and it is worth nothing to another customer or a quarter of an hour later.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { PlanSelection, Selection } from '@tillkit/core/selection/selection';
import { BillingError } from '../http/billing-error.ts';
import type { PlannedMode } from '../stripe/change-money.ts';

/** Seconds that a preview can be confirmed. */
export const previewLifeSeconds = 15 * 60;

interface ChangeSubject {
  readonly kind: 'change';
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly target: PlanSelection;
  readonly mode: PlannedMode;
  readonly prorationDate?: number;
  /** Stripe's prices of every renewal: amounts alone tell neither what use costs nor what more of it would. */
  readonly prices: readonly string[];
  /** Of the subscription as it was (`state-of.ts`). */
  readonly state: string;
}

interface ResumeSubject {
  readonly kind: 'resume';
  readonly customerId: string;
  readonly subscriptionId: string;
  /** Of the subscription as it was (`state-of.ts`). */
  readonly state: string;
}

interface PurchaseSubject {
  readonly kind: 'purchase';
  readonly customerId?: string;
  readonly selection: Selection;
  /** Stripe's prices of all that is bought, for what is not due at once. */
  readonly prices: readonly string[];
  /** Stripe's `promo_…`. */
  readonly promotionCodeId?: string;
}

/** What was shown a price for. */
export type PreviewSubject = ChangeSubject | ResumeSubject | PurchaseSubject;

/**
 * What was shown, in minor units: due at once, the whole before credit (of a purchase before tax too, which goes by the
 * address that the checkout asks for), and every renewal; good until `expiresAt`.
 */
export type Preview = PreviewSubject & {
  readonly dueNow: number;
  readonly total: number;
  readonly recurring: number;
  readonly expiresAt: number;
};

/** A preview of a change that came back, with a name of its own: one confirmation is one change, however often it is sent. */
export type ChangePreview = Extract<Preview, { kind: 'change' }> & { readonly id: string };

/** base64url of the JSON, a dot, and its HMAC-SHA256. */
export function signPreview(preview: Preview, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(preview)).toString('base64url');
  return `${payload}.${mac(payload, key).toString('base64url')}`;
}

/**
 * The preview in a token of ours; throws `preview_invalid` or `preview_expired`. A token has one spelling: decoders of base64
 * pass over much, so the text itself is compared.
 */
export function openPreview(token: string, key: Buffer, now: number): Preview & { readonly id: string } {
  const [payload = '', ...rest] = token.split('.');
  const given = Buffer.from(rest.join('.'));
  const made = Buffer.from(mac(payload, key).toString('base64url'));
  const genuine = given.length === made.length && timingSafeEqual(given, made);
  if (!genuine) throw new BillingError('preview_invalid');
  const preview = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Preview;
  if (now >= preview.expiresAt) throw new BillingError('preview_expired');
  return { ...preview, id: createHash('sha256').update(payload).digest('base64url') };
}

function mac(payload: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}

/** Stripe's prices of some lines, in their order. */
export const pricesOf = (lines: readonly { readonly priceId: string }[]): string[] => lines.map(({ priceId }) => priceId);

/** The difference between what was shown and what it would be now, for the page: minor units. */
export function whatChanged(
  shown: Pick<Preview, 'dueNow' | 'total' | 'recurring'>,
  now: { readonly dueNow: number; readonly total: number; readonly recurring: { readonly amount: number } },
): string {
  const parts = [
    ['due now', shown.dueNow, now.dueNow],
    ['total', shown.total, now.total],
    ['every renewal', shown.recurring, now.recurring.amount],
  ] as const;
  const differing = parts.filter(([, before, after]) => before !== after);
  return (
    differing.map(([what, before, after]) => `${what}: ${before} when shown, ${after} now`).join('; ') ||
    'A price, or the way it is charged, is another.'
  );
}
