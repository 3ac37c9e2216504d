/**
 * Module trial-once: one trial for each card, also for somebody who comes under another name.
 *
 * Promise: nobody is charged for having tried twice: the second trial ends at once, free of charge, and its buyer can
 * subscribe without one. What cannot be recognized is let pass. Nothing is kept but keyed hashes, for as many months as the
 * owner says.
 */
import { createHmac } from 'node:crypto';
import type { ReadModule, TillModule } from '../../module.ts';
import type { Job } from '../../ops/jobs.ts';
import type { OutboxConsumer } from '../../outbox/outbox-worker.ts';
import { cancelNow } from '../../stripe/cancel-now.ts';
import { readTrialPayer, type TrialPayer } from '../../stripe/trial-payer.ts';
import { oneAtATime } from '../../subscription/one-at-a-time.ts';
import type { Till } from '../../till.ts';
import { canonicalAddress } from './canonical-address.ts';
import { marksMigrations, marksPersonalData, marksTable, type TrialOnceSchema } from './marks.ts';

const kinds = ['card', 'email'] as const;
type Kind = (typeof kinds)[number];

export interface TrialOnceOptions {
  /** How long a card that had a trial has no other one. */
  readonly months: number;
  /** By what somebody is known again; default the card alone. */
  readonly by?: readonly Kind[];
}

const day = 86_400;
const monthDays = 31;
const mostMonths = 60;
/** What the owner reads in Stripe's dashboard. */
const comment = 'Ended at once without a charge: a trial was had before with this card or address.';
const pageSize = 100;

export function trialOnce({ months, by = ['card'] }: TrialOnceOptions): TillModule {
  const windowSeconds = months * monthDays * day;
  return {
    name: 'trial-once',
    introduction: `one trial for each ${by.join(' and ')} in ${months} months`,
    migrations: marksMigrations,
    install(till) {
      const marks = marksTable(till.store.own<TrialOnceSchema>());
      const check = (subscriptionId: string) => endSecondTrial(till, subscriptionId, { windowSeconds, by });
      const consumer: OutboxConsumer = {
        name: 'trial-once',
        types: ['subscription.started', 'subscription.trial_will_end'],
        async deliver({ payload }) {
          if (payload.trialEnd !== undefined) await check(String(payload.subscriptionId));
        },
      };
      // a card that is added during a trial is told to nobody
      const looking: Job = { name: 'trial-once', everySeconds: 3600, run: (signal) => eachTrial(till, check, signal) };
      const forgetting: Job = {
        name: 'trial-once-retention',
        everySeconds: day,
        run: () => marks.forget(till.now() - windowSeconds),
      };
      return { consumers: [consumer], jobs: [looking, forgetting], personalData: marksPersonalData };
    },
  };
}

/** Everybody who is on trial with a card; whoever was looked at is looked at again, as the card may be another one. */
async function eachTrial({ store }: Till, check: (id: string) => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let after = ''; ;) {
    const page = await store.subscriptions.page(after, pageSize);
    for (const { id, status, hasPaymentMethod } of page) {
      if (signal.aborted) return;
      if (status === 'trialing' && hasPaymentMethod) await check(id);
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.id;
  }
}

interface Rule {
  readonly windowSeconds: number;
  readonly by: readonly Kind[];
}

async function endSecondTrial(till: Till, subscriptionId: string, { windowSeconds, by }: Rule): Promise<void> {
  const { stripe, store, mirror, now, log } = till;
  const payer = await readTrialPayer(stripe, subscriptionId);
  if (!payer) return;
  const key = await store.secrets.key('trial-once');
  const hash = (...parts: readonly string[]): string => createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const trial = hash('subscription', subscriptionId);
  const marks = marksTable(store.own<TrialOnceSchema>());
  for (const [kind, value] of known(payer, by)) {
    const mark = hash(kind, payer.group, value);
    if (await marks.take({ mark, trial, at: now() }, now() - windowSeconds)) continue;
    await oneAtATime(till, { subscriptionId, customerId: payer.customerId }, async (turn) => {
      // a change may have ended the trial meanwhile, and been paid
      if (!(await readTrialPayer(stripe, subscriptionId))) return;
      await turn.keep();
      await cancelNow(stripe, subscriptionId, { comment });
      await mirror.refresh(subscriptionId);
      log.info('trial.second', { message: subscriptionId });
    });
    return;
  }
}

/** What there is to know them by; a wallet, Link or a bank account may be nothing. */
function known({ fingerprint, email }: TrialPayer, by: readonly Kind[]): (readonly [Kind, string])[] {
  return [
    ...(by.includes('card') && fingerprint !== undefined ? [['card', fingerprint] as const] : []),
    ...(by.includes('email') && email !== undefined ? [['email', canonicalAddress(email)] as const] : []),
  ];
}

const isKind = (name: string): name is Kind => kinds.some((kind) => kind === name);

export const readModule: ReadModule = (environment, faults) => {
  const months = Number(environment.TILL_TRIAL_ONCE_MONTHS?.trim());
  if (!Number.isInteger(months) || months < 1 || months > mostMonths)
    faults.push(`TILL_TRIAL_ONCE_MONTHS must be a whole number of months from 1 to ${mostMonths}.`);
  const names = (environment.TILL_TRIAL_ONCE_BY?.trim() || 'card').split(',').map((name) => name.trim());
  if (!names.every(isKind)) faults.push('TILL_TRIAL_ONCE_BY must be card, email or card,email.');
  return trialOnce({ months, by: names.filter(isKind) });
};
