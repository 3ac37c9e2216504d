/**
 * Step 7, panel: the change that was previewed, and nothing else.
 *
 * Promise: Stripe is asked again, to the same second, and the change happens only if the amount is still what was shown;
 * if the payment fails, the subscription stays as it was.
 */
import { ChangeRequestSchema, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { requirePrincipal } from '../identity/principal.ts';
import { planChange, type PlannedChange } from '../preview/plan-change.ts';
import { priceChange } from '../preview/preview-change.ts';
import { openPreview, whatChanged } from '../preview/preview-token.ts';
import { releaseSchedule } from '../stripe/schedules.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till, TillEnv } from '../till.ts';
import { applyChange } from './apply-change.ts';
import { ownSubscription, readBack } from './own.ts';

/** POST and DELETE /v1/subscriptions/{id}/changes */
export function changes(till: Till) {
  return new Hono<TillEnv>()
    .post('/:id/changes', async (c) => {
      const { preview: token } = await readJson(c, ChangeRequestSchema);
      const principal = await requirePrincipal(c, till);
      const preview = openPreview(token, await till.store.secrets.key('preview'), till.now());
      const id = c.req.param('id');
      const theirs = preview.kind === 'change' && preview.subscriptionId === id && preview.customerId === principal.customerId;
      if (!theirs) throw new BillingError('preview_invalid');

      const fact = await ownSubscription(till, principal, id);
      const offer = await till.catalog.current();
      const planned = planChange(fact, preview.target, offer);
      // the answer to the same request got lost
      if (isDone(fact, planned)) return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
      const { invoice, total } = await priceChange(till, fact, planned, offer, { prorationDate: preview.prorationDate });
      const same =
        invoice.dueNow === preview.dueNow &&
        total === preview.total &&
        invoice.recurring.amount === preview.recurring &&
        planned.mode === preview.mode;
      if (!same) throw new BillingError('preview_changed', { detail: whatChanged(preview, { ...invoice, total }) });
      if (invoice.dueNow > 0 && !fact.hasPaymentMethod) throw new BillingError('needs_checkout');

      await applyChange(till, fact, planned, offer, { token, total, prorationDate: preview.prorationDate });
      return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
    })
    .delete('/:id/changes', async (c) => {
      const principal = await requirePrincipal(c, till);
      const { id, scheduleId, scheduled } = await ownSubscription(till, principal, c.req.param('id'));
      if (!scheduleId || !scheduled) throw new BillingError('nothing_to_undo');
      await releaseSchedule(till.stripe, scheduleId);
      return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
    });
}

/** Whether the customer has what they wish; while another change waits it is not that. */
const isDone = ({ scheduleId }: SubscriptionFact, { items }: PlannedChange): boolean => items.length === 0 && !scheduleId;
