/**
 * What is not needed any more is deleted.
 *
 * Promise: nothing stays longer than `docs/privacy.md` says, and an hour or a day until the next round.
 */
import type { Till } from '../till.ts';
import type { Job } from './jobs.ts';

const hour = 3600;
const day = 86_400;
/** Longer than Stripe's 30 days, so that a late replay still meets its event id. */
const inboxDays = 35;
const outboxDays = 35;
const intentDays = 35;

/** Every hour what lives for a day or less, every day the rest. */
export function retentionJobs({ store, now }: Pick<Till, 'store' | 'now'>): Job[] {
  return [
    // one row for each network that asked, of which somebody may have very many
    { name: 'rate-turns', everySeconds: 600, run: () => store.rateTurns.forget(now()) },
    {
      name: 'retention-hourly',
      everySeconds: hour,
      async run() {
        const at = now();
        await store.sessions.sweep(at);
        await store.ownerTokens.forget(at);
        await store.subscriptions.forgetGone(at - day);
        await store.pendingChanges.forget(at);
        const today = Math.floor(at / day);
        await store.secrets.forget('rate:', [`rate:${today}`, `rate:${today - 1}`]);
      },
    },
    {
      name: 'retention',
      everySeconds: day,
      async run() {
        const at = now();
        await store.inbox.forget(at - inboxDays * day);
        await store.outbox.forget(at - outboxDays * day);
        await store.checkoutIntents.forget(at - intentDays * day);
        await store.paymentSetups.forget(at - intentDays * day);
        await store.checkoutSlots.forget(at - intentDays * day);
      },
    },
  ];
}
