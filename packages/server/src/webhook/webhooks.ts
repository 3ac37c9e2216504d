/**
 * Step 5, webhook: what Stripe tells.
 *
 * Promise: an event is committed before it is acknowledged and Stripe is never asked on the way, so that a slow or failing
 * Stripe cannot hold the answer up; nothing is believed but a genuine signature over the raw bytes.
 */
import { Hono } from 'hono';
import { isLiveKey } from '../config.ts';
import { BillingError } from '../http/billing-error.ts';
import { readBody, webhookBodyLimit } from '../http/read-body.ts';
import { verifyWebhook } from '../stripe/verify-webhook.ts';
import { toWebhookEvent } from '../stripe/webhook-event.ts';
import type { Till, TillEnv } from '../till.ts';
import { createRefusedSignatures } from './refused-signatures.ts';
import { subjectOf } from './registry.ts';
import type { InboxWorker } from './worker.ts';

/** POST /webhooks/stripe */
export function webhooks({ config, stripe, store, now, log }: Till, worker: Pick<InboxWorker, 'wake'>) {
  const livemode = isLiveKey(config.stripe.secretKey);

  const signatures = createRefusedSignatures({ store, now, log });

  return new Hono<TillEnv>().post('/stripe', async (c) => {
    const delivery = { body: await readBody(c, webhookBodyLimit), signature: c.req.header('stripe-signature') };
    const body = await verifyWebhook(stripe, config.webhookSecrets, delivery, now(), (seconds) =>
      log.warn('webhook.outside_window', { message: `${seconds} s old by our clock` }),
    ).catch(async (error: unknown) => {
      if (error instanceof BillingError && error.code === 'signature_invalid') await signatures.refused();
      throw error;
    });
    const event = toWebhookEvent(body);
    if (!event) throw new BillingError('invalid_request');

    const subject = subjectOf(event);
    const ours = event.livemode === livemode && event.account === undefined;
    if (subject === 'nameless')
      log.warn('webhook.nameless', { eventId: event.id, eventType: event.type, message: 'its object has no id: ignored' });
    else if (subject && ours) {
      const row = { eventId: event.id, type: event.type, subjectKind: subject.kind, subjectId: subject.id, receivedAt: now() };
      await store.inbox.add(row).catch((cause: unknown) => {
        throw new BillingError('not_ready', { cause });
      });
      worker.wake();
    }
    await signatures.genuine();
    return c.json({ received: true });
  });
}
