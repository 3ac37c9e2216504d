import type { Till } from '../till.ts';
import type { Job } from './jobs.ts';

const day = 86_400;
/** Longer than Stripe's 30 days, so that a late replay still meets its event id. */
const inboxDays = 35;
const outboxDays = 35;
const intentDays = 35;

/** Every ten minutes: one row for each network that asked, of which somebody may have very many. */
export function rateTurnsJob({ store, now }: Pick<Till, 'store' | 'now'>): Job {
  return { name: 'rate-turns', everySeconds: 600, run: () => store.rateTurns.forget(now()) };
}

/** Once a day: what is not needed any more is deleted. */
export function retentionJob({ store, now }: Pick<Till, 'store' | 'now'>): Job {
  return {
    name: 'retention',
    everySeconds: day,
    async run() {
      const at = now();
      await store.inbox.forget(at - inboxDays * day);
      await store.outbox.forget(at - outboxDays * day);
      await store.checkoutIntents.forget(at - intentDays * day);
      await store.subscriptions.forgetGone(at - day);
      await store.paymentSetups.forget(at - intentDays * day);
      await store.sessions.sweep(at);
      await store.checkoutSlots.forget(at - intentDays * day);
      const today = Math.floor(at / day);
      await store.secrets.forget('rate:', [`rate:${today}`, `rate:${today - 1}`]);
    },
  };
}
