/** Step checkout: what the Stripe.js stand-in asks for: the script, the card fields, and a session with `ui_mode: 'elements'`. */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { completeSession, needsCard } from '../billing/checkout.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import type { World } from '../world.ts';
import { cardFieldsPage } from './card-fields.ts';
import { installStripeJs } from './stripe-js.ts';

interface Origins {
  readonly publicUrl: () => string;
  readonly cardOrigin: () => string;
}

const ownCause = { id: null, idempotency_key: null };

/** The session as Stripe.js shows it to the page. */
function view(session: CheckoutSession): object {
  const paid = session.payment_status;
  return {
    id: session.id,
    needsCard: needsCard(session),
    email: session.customer_email,
    currency: session.currency,
    total: { total: { minorUnitsAmount: session.amount_total ?? 0 } },
    canConfirm: session.status === 'open',
    status: session.status === 'complete' ? { type: 'complete', paymentStatus: paid } : { type: session.status },
  };
}

export function stripeJs(world: World, { publicUrl, cardOrigin }: Origins): Hono {
  const app = new Hono();
  const find = (secret: string): CheckoutSession => {
    const session = world.tables.sessions.get(secret.split('_secret')[0] ?? '');
    if (!session || session.client_secret !== secret) throw invalid('No such checkout session.', 'resource_missing', 'client_secret');
    return session;
  };
  app.use('/_elements/*', cors());
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.body });
    throw error;
  });
  app.get('/stripe.js', (c) => {
    const origins = JSON.stringify({ api: publicUrl(), card: cardOrigin() });
    return c.body(`(${installStripeJs.toString()})(${origins});`, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  app.get('/_elements/card', (c) => c.html(cardFieldsPage(publicUrl())));
  app.get('/_elements/session', (c) => c.json(view(find(c.req.query('client_secret') ?? ''))));
  app.post('/_elements/session/confirm', async (c) => {
    const asked = JSON.parse(await c.req.text()) as { client_secret: string; email?: string; payment_method: string | null };
    const answer = world.request(ownCause, () => {
      const session = find(asked.client_secret);
      const email = world.tables.customers.get(session.customer ?? '')?.email ?? session.customer_email ?? asked.email ?? '';
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(email)) throw invalid('Your email is incomplete.', 'email_invalid', 'email');
      const completion = completeSession(world, session, { email, payment_method: asked.payment_method });
      return completion.kind === 'challenge' ? { requires_action: { url: completion.url } } : { session: view(completion.session) };
    });
    return c.json(answer);
  });
  return app;
}
