/** Step 7, panel: cancel, take it back, pause, and pay what is open. */
import { CancelRequestSchema, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import { Hono, type Context } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readOptionalJson } from '../http/read-body.ts';
import { requirePrincipal, requireRecent } from '../identity/principal.ts';
import { payInvoice } from '../stripe/invoices.ts';
import { releaseSchedule } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { cancelAtPeriodEnd, cancelNow, keepRunning, pause, resumePaused } from '../stripe/subscriptions.ts';
import type { Till, TillEnv } from '../till.ts';
import { ownSubscription, readBack } from './own.ts';
import { paymentRefusal } from './payment-refusal.ts';

const cancelable: ReadonlySet<string> = new Set(['trialing', 'active', 'past_due', 'unpaid']);

/** POST /v1/subscriptions/{id}/cancel, /resume, /pause and /pay */
export function lifecycle(till: Till) {
  const { stripe } = till;

  return new Hono<TillEnv>()
    .post('/:id/cancel', async (c) => {
      const { when, ...reason } = await readOptionalJson(c, CancelRequestSchema);
      const principal = await requirePrincipal(c, till);
      if (when === 'now') requireRecent(principal, till.now());
      const { id, status, cancelAt, scheduleId } = await ownSubscription(till, principal, c.req.param('id'));
      if (!cancelable.has(status) || (cancelAt !== undefined && when !== 'now')) throw new BillingError('not_possible_now');
      if (scheduleId) await releaseSchedule(stripe, scheduleId);
      if (when === 'now') await cancelNow(stripe, id, keyFor(c, 'cancel-now'), reason);
      else await cancelAtPeriodEnd(stripe, id, reason, keyFor(c, 'cancel'));
      return answer(c, id);
    })
    .post('/:id/resume', async (c) => {
      const { id, status, cancelAt, collectionPaused, hasPaymentMethod, openInvoice } = await own(c);
      const key = keyFor(c, 'resume');
      if (status === 'paused') {
        if (!hasPaymentMethod) throw new BillingError('needs_checkout');
        await settlePayment(id, openInvoice ? payInvoice(stripe, openInvoice.id, key) : resumePaused(stripe, id, key));
        if ((await till.mirror.refresh(id))?.status === 'paused') throw await paymentRefusal(till, id);
      } else if (status !== 'canceled' && (cancelAt !== undefined || collectionPaused)) await keepRunning(stripe, id, key);
      else throw new BillingError('nothing_to_undo');
      return answer(c, id);
    })
    .post('/:id/pause', async (c) => {
      const { id, status, cancelAt, collectionPaused } = await own(c);
      if (status !== 'active' || cancelAt !== undefined || collectionPaused) throw new BillingError('not_possible_now');
      await pause(stripe, id, keyFor(c, 'pause'));
      return answer(c, id);
    })
    .post('/:id/pay', async (c) => {
      const { id, openInvoice } = await own(c);
      if (!openInvoice) throw new BillingError('nothing_to_pay');
      await settlePayment(id, payInvoice(stripe, openInvoice.id, keyFor(c, 'pay')));
      return answer(c, id);
    });

  async function own(c: Context<TillEnv, '/:id/:action'>): Promise<SubscriptionFact> {
    return ownSubscription(till, await requirePrincipal(c, till), c.req.param('id'));
  }

  async function answer(c: Context<TillEnv>, id: string): Promise<Response> {
    return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
  }

  /** A refused payment may have changed the open invoice: the read model shall show it before the refusal is answered. */
  async function settlePayment(id: string, payment: Promise<void>): Promise<void> {
    await payment.catch(async (error: unknown) => {
      await till.mirror.refresh(id);
      throw error;
    });
  }
}

/** One key for each request: the SDK's own repetitions are one action, a later click is another. */
function keyFor(c: Context<TillEnv>, action: string): string {
  return `${action}:${c.get('requestId')}`;
}
