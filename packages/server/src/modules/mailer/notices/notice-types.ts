/** Which facts a customer gets a mail about, and which of them are off until the owner wants them (decision 0022). */
import type { EventType } from '../../../outbox/event-types.ts';

export const noticeTypes = [
  'subscription.started',
  'subscription.trial_will_end',
  'subscription.trial_ended_without_card',
  'subscription.plan_changed',
  'subscription.change_scheduled',
  'subscription.cancel_scheduled',
  'subscription.cancel_withdrawn',
  'subscription.canceled',
  'subscription.paused',
  'subscription.resumed',
  'renewal.upcoming',
  'invoice.ready',
  'payment.failed',
  'payment.action_required',
  'payment.recovered',
  'charge.refunded',
] as const satisfies readonly EventType[];

export type NoticeType = (typeof noticeTypes)[number];

/** What Stripe writes to customers itself once the owner has ticked it, with the tax document that only Stripe has. */
export const offByDefault: readonly NoticeType[] = ['renewal.upcoming', 'invoice.ready', 'charge.refunded'];

export const isNoticeType = (type: string): type is NoticeType => (noticeTypes as readonly string[]).includes(type);

/** Reads `TILL_MAIL_OFF`: types, separated by commas, or `none`; unset, the defaults. */
export function readOff(text: string | undefined, faults: string[]): readonly NoticeType[] {
  const names = (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) return offByDefault;
  if (names.length === 1 && names[0] === 'none') return [];
  for (const name of names.filter((given) => !isNoticeType(given))) faults.push(`TILL_MAIL_OFF: there is no mail about "${name}".`);
  return names.filter(isNoticeType);
}
