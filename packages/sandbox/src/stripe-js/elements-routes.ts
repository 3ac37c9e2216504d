/** Step checkout: what the Stripe.js stand-in asks for: the scripts, the frames of its elements, and sessions by their client secret. */
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { offeredTypes } from '../billing/payment-method-types.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import { testClockTime } from '../store/test-clock-of.ts';
import type { World } from '../world.ts';
import { framePage } from './frame-page.ts';
import { browserScript } from './join-modules.ts';
import { removeSavedMethod, savedMethodsOf } from './saved-methods.ts';
import { type AskedChange, changeSession } from './session-changes.ts';
import { type AskedConfirmation, confirmSession } from './session-confirmation.ts';
import { sessionFacts } from './session-view.ts';

interface Surroundings {
  readonly publicUrl: () => string;
  readonly cardOrigin: () => string;
}

const ownCause = { id: null, idempotency_key: null };
const script = { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' };

function findSession(world: World, secret: string): CheckoutSession {
  const session = world.tables.sessions.get(secret.split('_secret')[0] ?? '');
  if (!session || session.client_secret !== secret) throw invalid('No such checkout session.', 'resource_missing', 'client_secret');
  return session;
}

export function stripeJs(world: World, { publicUrl, cardOrigin }: Surroundings): Hono {
  const app = new Hono();
  app.use('/_elements/*', cors());
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.body });
    throw error;
  });
  app.get('/stripe.js', ({ body }) =>
    body(browserScript('page/stripe', 'startStripeJs', { api: publicUrl(), card: cardOrigin() }), 200, script),
  );
  app.get('/_elements/frame', ({ html }) => html(framePage));
  app.get('/_elements/frame.js', ({ body }) => body(browserScript('frame/frame', 'startFrame', { api: publicUrl() }), 200, script));
  app.get('/_elements/session', ({ req, json }) => json(sessionFacts(world, findSession(world, req.query('client_secret') ?? ''))));
  app.post('/_elements/session/confirm', async ({ req, json }) => {
    const asked = JSON.parse(await req.text()) as AskedConfirmation;
    const session = findSession(world, asked.client_secret);
    return json(world.request(ownCause, () => confirmSession(world, session, asked), testClockTime(world.tables, [session.id])));
  });
  app.post('/_elements/session/update', async ({ req, json }) => {
    const { client_secret, ...asked } = JSON.parse(await req.text()) as AskedChange & { client_secret: string };
    const changed = world.request(ownCause, () => changeSession(world, findSession(world, client_secret), asked as AskedChange));
    return json(sessionFacts(world, changed));
  });
  app.get('/_elements/types', ({ req, json }) => {
    const anywhere = { allowed_payment_method_types: null, automatic_payment_methods: { allow_redirects: 'always' } } as const;
    return json({ types: offeredTypes({ ...anywhere, currency: req.query('currency') ?? 'usd' }) });
  });
  app.get('/_elements/customer_session', ({ req, json }) => json(savedMethodsOf(world, req.query('client_secret') ?? '')));
  app.post('/_elements/customer_session/remove', async ({ req, json }) => {
    const { client_secret, payment_method } = JSON.parse(await req.text()) as Record<'client_secret' | 'payment_method', string>;
    return json(world.request(ownCause, () => removeSavedMethod(world, client_secret, payment_method)));
  });
  return app;
}
