/**
 * Step 7, panel: the change that was previewed, and nothing else.
 *
 * Promise: it happens only to the subscription that was shown: Stripe is asked again, to the same second, and whoever
 * confirms against another state or another amount is told so; if the payment fails, the subscription stays as it was, and so
 * does what was planned for it.
 */
import { findPlan } from '@tillkit/core/catalog/lookup';
import { isDeepStrictEqual } from 'node:util';
import { ChangeRequestSchema, type SubscriptionResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import type { Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import { requirePrincipal } from '../identity/principal.ts';
import { planChange, type PlannedChange } from '../preview/plan-change.ts';
import { priceChange } from '../preview/preview-change.ts';
import { openPreview, pricesOf, whatChanged, type ChangePreview } from '../preview/preview-token.ts';
import { stateOf } from '../preview/state-of.ts';
import type { SubscriptionFact } from '../stripe/subscription-fact.ts';
import type { Till, TillEnv } from '../till.ts';
import { applyChange } from './apply-change.ts';
import { givesWay, isFree } from './live.ts';
import type { Turn } from './one-at-a-time.ts';
import { asTheOnlyOne } from './only-one.ts';
import { changeOwn, readBack } from './own.ts';
import { planOf } from './plan-of.ts';

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
      await changeOwn(till, principal, id, (subscription, turn) => confirm(subscription, preview, turn));
      return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
    })
    .delete('/:id/changes', async (c) => {
      const principal = await requirePrincipal(c, till);
      const id = c.req.param('id');
      await changeOwn(till, principal, id, async ({ scheduleId, scheduled }, turn) => {
        // what the owner planned, only the owner takes back
        if (!scheduleId || !scheduled || scheduled.byOwner) throw new BillingError('nothing_to_undo');
        await turn.write({ kind: 'unschedule', scheduleId });
      });
      return c.json<SubscriptionResponse>(await readBack(till, id, c.req.query('locale')));
    });

  async function confirm(subscription: SubscriptionFact, preview: ChangePreview, turn: Turn): Promise<void> {
    // the answer to the same request got lost
    if (isMade(subscription, preview)) return;
    const offer = await till.catalog.current();
    const planned = planChange(subscription, preview.target, offer);
    if (preview.state !== stateOf(subscription))
      throw new BillingError('preview_changed', { detail: 'The subscription was changed since this was shown.' });
    if (planned.items.length === 0 && !subscription.scheduleId) return;
    const { invoice, total } = await priceChange(till, subscription, planned, offer, { prorationDate: preview.prorationDate });
    const same =
      invoice.dueNow === preview.dueNow &&
      total === preview.total &&
      invoice.recurring.amount === preview.recurring &&
      isDeepStrictEqual(pricesOf(planned.lines), preview.prices) &&
      planned.mode === preview.mode;
    if (!same) throw new BillingError('preview_changed', { detail: whatChanged(preview, { ...invoice, total }) });
    const takesCard = invoice.dueNow > 0 || beginsPaid(subscription, planned) || trialTakesCard(subscription, planned, offer);
    if (takesCard && !subscription.hasPaymentMethod) throw new BillingError('needs_checkout');
    const apply = async (): Promise<void> => {
      await turn.keep();
      await applyChange(till, { subscription, planned, offer, preview, turn });
    };
    await (givesWay(subscription) ? asTheOnlyOne(till, subscription, apply) : apply());
  }
}

/** Whether something will be charged from now on, also where nothing is due yet, as for what is paid by use: that takes a card, as a purchase does. */
const beginsPaid = (before: SubscriptionFact, { mode, renewal }: PlannedChange): boolean =>
  (mode === 'end_trial' || (before.status === 'active' && isFree(before))) && !isFree({ items: renewal });

/** Whether its trial goes on in another plan whose own takes a card to begin; more of the same plan takes none. One without ends it. */
const trialTakesCard = (before: SubscriptionFact, { target: { planId } }: PlannedChange, offer: Offer): boolean =>
  before.status === 'trialing' && planId !== planOf(before.items, offer) && findPlan(offer.catalog, planId)!.trial?.cardRequired === true;

/** Whether this very preview was confirmed before, and nothing else since. */
const isMade = ({ note, scheduleNote, scheduled }: SubscriptionFact, { id }: ChangePreview): boolean =>
  scheduled && scheduleNote ? scheduleNote.changeId === id : note.changeId === id;
