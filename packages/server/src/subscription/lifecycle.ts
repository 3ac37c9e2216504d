/** Step 7, panel: cancel, take it back, pause, and pay what is open. */
import { CancelRequestSchema, ResumeRequestSchema, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import { Hono, type Context } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readOptionalJson } from '../http/read-body.ts';
import { demandSameResumption, openResumePreview } from '../preview/resume-preview.ts';
import { requirePrincipal, requireRecent } from '../identity/principal.ts';
import { cancelNow } from '../stripe/cancel-now.ts';
import { payInvoice } from '../stripe/invoices.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import { pause, resumeCollection, resumePaused, type Cancellation } from '../stripe/subscriptions.ts';
import type { Till, TillEnv } from '../till.ts';
import { planToKeep, toKeepWrite } from './kept-plan.ts';
import type { Turn } from './one-at-a-time.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import { payInvoices } from './debt.ts';
import { asTheOnlyOne } from './only-one.ts';
import { changeOwn, readBack } from './own.ts';
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
      const id = c.req.param('id');
      await changeOwn(till, principal, id, async (subscription, turn) => {
        const { status, cancelAt } = subscription;
        if (!cancelable.has(status) || (cancelAt !== undefined && when !== 'now')) throw new BillingError('not_possible_now');
        if (when === 'now') await cancelNow(stripe, id, reason);
        else await cancelWithPeriod(stripe, subscription, reason, turn);
      });
      return answer(c, id);
    })
    .post('/:id/resume', async (c) => {
      const { preview: token } = await readOptionalJson(c, ResumeRequestSchema);
      const key = keyFor(c, 'resume');
      return change(c, async (subscription, turn) => {
        const { id, status, cancelAt, endsByOwner, collectionPaused } = subscription;
        if (status === 'paused') await resumeAsShown(till, subscription, { token, key, turn });
        else if (status === 'canceled' || (cancelAt === undefined && !collectionPaused)) throw new BillingError('nothing_to_undo');
        else if (cancelAt === undefined) await resumeCollection(stripe, id, key);
        // an end that the owner set is none of the customer's to take back
        else if (endsByOwner) throw new BillingError('not_possible_now');
        else await turn.write(toKeepWrite(subscription));
      });
    })
    .post('/:id/pause', (c) =>
      change(c, async ({ id, status, cancelAt, collectionPaused, scheduleId }) => {
        // Stripe pauses nothing that a schedule manages
        const possible = status === 'active' && cancelAt === undefined && !collectionPaused && scheduleId === undefined;
        if (!possible) throw new BillingError('not_possible_now');
        await pause(stripe, id, keyFor(c, 'pause'));
      }),
    )
    .post('/:id/pay', (c) =>
      change(c, async (subscription, turn) => {
        const { id, status, openInvoices } = subscription;
        if (!openInvoices) throw new BillingError('nothing_to_pay');
        const pay = async (): Promise<void> => {
          await turn.keep();
          await payInvoices(till, subscription, openInvoices, (invoiceId) => `${keyFor(c, 'pay')}:${invoiceId}`);
        };
        // the invoice of an earlier try to resume it resumes it
        await (status === 'paused' ? asTheOnlyOne(till, subscription, pay) : settlePayment(till, id, pay()));
      }),
    );

  /** Works on the subscription of the path while nobody else does, and answers what it is afterwards. */
  async function change(
    c: Context<TillEnv, '/:id/:action'>,
    work: (subscription: SubscriptionFact, turn: Turn) => Promise<void>,
  ): Promise<Response> {
    const id = c.req.param('id');
    await changeOwn(till, await requirePrincipal(c, till), id, work);
    return answer(c, id);
  }

  async function answer(c: Context<TillEnv>, id: string): Promise<Response> {
    return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
  }
}

interface Resumption {
  /** The preview that was shown. */
  readonly token: string | undefined;
  readonly key: string;
  readonly turn: Turn;
}

/** Brings back what stands still, which is charged at once as it was shown. */
async function resumeAsShown(till: Till, subscription: SubscriptionFact, { token, key, turn }: Resumption): Promise<void> {
  const { id, hasPaymentMethod, resumptionInvoiceId: invoiceId } = subscription;
  if (!hasPaymentMethod) throw new BillingError('needs_checkout');
  await demandSameResumption(till, subscription, await openResumePreview(till, token, subscription));
  await asTheOnlyOne(till, subscription, async () => {
    await turn.keep();
    await (invoiceId ? payInvoice(till.stripe, invoiceId, key, till.now()) : resumePaused(till.stripe, id, key));
  });
  if ((await till.mirror.refresh(id))?.status === 'paused') throw await paymentRefusal(till, id);
}

/** A refused payment may have changed the open invoice: the read model shall show it before the refusal is answered. */
async function settlePayment({ mirror }: Till, id: string, payment: Promise<void>): Promise<void> {
  await payment.catch(async (error: unknown) => {
    await mirror.refresh(id);
    throw error;
  });
}

/** What was planned gives way, and is written down for whoever changes their mind. */
async function cancelWithPeriod(stripe: StripeGateway, subscription: SubscriptionFact, reason: Cancellation, turn: Turn): Promise<void> {
  const cancelAt = Math.min(...subscription.items.map(({ periodEnd }) => periodEnd));
  const kept = await planToKeep(stripe, subscription);
  await turn.write({ kind: 'cancel', reason, cancelAt, ...kept });
}

/** One key for each request: the SDK's own repetitions are one action, a later click is another. */
function keyFor(c: Context<TillEnv>, action: string): string {
  return `${action}:${c.get('requestId')}`;
}
