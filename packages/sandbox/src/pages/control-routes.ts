/**
 * The sandbox's own controls: what time it is, what has happened, what shall go wrong, and a page for all of it.
 *
 * For development only: no key is asked for, and any page may call.
 */
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import type { AppParts } from '../app.ts';
import { ApiError, invalid } from '../http/api-error.ts';
import type { FaultRule } from '../http/faults.ts';
import { plantSeed } from '../seed/plant.ts';
import { parseSeed } from '../seed/seed.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from '../snapshot/snapshot.ts';
import type { WebhookMode } from '../webhooks/mode.ts';
import { controlPage } from './control-page.ts';
import { customersOf, eventsOf, stateOf } from './control-state.ts';
import { type CallApi, pull, type Trigger, triggers } from './control-triggers.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

/** Calls of the API in the sandbox's own name. */
const caller =
  (fetchApi: Fetch): CallApi =>
  async (path, params) => {
    const body = new URLSearchParams(params);
    const request = new Request(`http://sandbox.localhost/v1/${path}`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer sk_test_control' },
    });
    const response = await fetchApi(request);
    const answer = (await response.json()) as { readonly error?: { readonly message: string } };
    if (answer.error) throw invalid(answer.error.message);
    return answer;
  };

/** What was asked for makes no sense: 400 and why. */
function refuse(error: Error, c: Context): Response {
  if (error instanceof ApiError) return c.json({ error: error.body }, 400);
  if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError) {
    return c.json({ error: { message: error.message } }, 400);
  }
  throw error;
}

interface Turn {
  readonly advance?: number;
  readonly to?: number;
  readonly next?: boolean;
}

interface AskedSettings {
  readonly retry_schedule_days?: readonly number[];
  readonly after_retries?: 'cancel' | 'unpaid' | 'past_due';
}

function changeSettings({ settings }: AppParts, { retry_schedule_days: days, after_retries: after }: AskedSettings): void {
  if (days !== undefined && !(Array.isArray(days) && days.every((day) => Number(day) > 0)))
    throw new RangeError('Days are a list of numbers above 0.');
  if (after !== undefined && !['cancel', 'unpaid', 'past_due'].includes(after))
    throw new RangeError('After the retries: cancel, unpaid or past_due.');
  settings.retryScheduleDays = days ?? settings.retryScheduleDays;
  settings.afterRetries = after ?? settings.afterRetries;
}

/** Turns the clock until something happens; reminders that have become stale are passed over. */
async function advanceToNext({ world, agenda, advanceTo }: AppParts): Promise<void> {
  const { size } = world.tables.events;
  for (let at = agenda.peek()?.at; at !== undefined && world.tables.events.size === size; at = agenda.peek()?.at) {
    await advanceTo(Math.max(at, world.now()));
  }
}

function timeRoutes(app: Hono, parts: AppParts): void {
  app.get('/_sandbox/state', (c) => c.json(stateOf(parts)));
  app.post('/_sandbox/clock', async (c) => {
    const { advance = 0, to, next } = await c.req.json<Turn>();
    if (next) await advanceToNext(parts);
    else await parts.advanceTo(to ?? parts.world.now() + advance);
    return c.json(stateOf(parts));
  });
  app.post('/_sandbox/reset', (c) => {
    parts.reset();
    return c.json(stateOf(parts));
  });
  app.post('/_sandbox/settings', async (c) => {
    changeSettings(parts, await c.req.json<AskedSettings>());
    return c.json(stateOf(parts));
  });
}

function webhookRoutes(app: Hono, parts: AppParts): void {
  const { world, webhooks, deliveries } = parts;
  app.get('/_sandbox/events', (c) => c.json(eventsOf(parts, Number(c.req.query('limit') ?? 50))));
  app.get('/_sandbox/events/:id', (c) => {
    const event = world.tables.events.get(c.req.param('id'));
    const attempts = deliveries.list().filter((delivery) => delivery.event === event?.id);
    return event ? c.json({ event, deliveries: attempts }) : c.json({ error: { message: 'There is no such event.' } }, 404);
  });
  app.post('/_sandbox/events/:id/resend', (c) => c.json(webhooks.resend(c.req.param('id'), c.req.query('endpoint'))));
  app.get('/_sandbox/deliveries', (c) => c.json(deliveries.list().slice(-200).toReversed()));
  app.post('/_sandbox/webhook-mode', async (c) => {
    webhooks.setMode(await c.req.json<WebhookMode>());
    return c.json(deliveries.mode);
  });
  app.post('/_sandbox/webhook-endpoints/:id/roll', (c) =>
    c.json({ secret: webhooks.rollSecret(c.req.param('id'), Number(c.req.query('seconds') ?? 86_400)) }),
  );
}

function faultRoutes(app: Hono, { manners: { faults, log } }: AppParts): void {
  app.get('/_sandbox/requests', (c) => c.json(log.list(Number(c.req.query('limit') ?? 50))));
  app.get('/_sandbox/faults', (c) => c.json(faults.list()));
  app.post('/_sandbox/faults', async (c) => {
    faults.add(await c.req.json<FaultRule>());
    return c.json(faults.list());
  });
  app.delete('/_sandbox/faults', (c) => {
    faults.clear();
    return c.json([]);
  });
  app.delete('/_sandbox/faults/:id', (c) => {
    faults.remove(Number(c.req.param('id')));
    return c.json(faults.list());
  });
}

function worldRoutes(app: Hono, parts: AppParts, fetchApi: Fetch): void {
  app.get('/_sandbox/customers', (c) => c.json(customersOf(parts)));
  app.post('/_sandbox/trigger', async (c) => {
    const { trigger, customer } = await c.req.json<{ trigger: Trigger; customer: string }>();
    if (!triggers.includes(trigger)) throw new RangeError(`A trigger is one of ${triggers.join(', ')}.`);
    await pull(parts, caller(fetchApi), trigger, customer);
    return c.json(stateOf(parts));
  });
  app.get('/_sandbox/snapshot', async (c) => {
    await parts.deliveries.flush();
    return c.json(takeSnapshot(parts), 200, { 'content-disposition': 'attachment; filename="sandbox.json"' });
  });
  app.post('/_sandbox/snapshot', async (c) => {
    restoreSnapshot(parts, await c.req.json<Snapshot>());
    return c.json(stateOf(parts));
  });
  app.post('/_sandbox/seed', async (c) => {
    const call = async (request: Request): Promise<Response> => fetchApi(request);
    const advance = (seconds: number): Promise<void> => parts.advanceTo(parts.world.now() + seconds);
    return c.json(await plantSeed(parseSeed(await c.req.json()), { call, advance }));
  });
}

/** `fetchApi` answers calls of the API. */
export function controls(parts: AppParts, fetchApi: Fetch): Hono {
  const app = new Hono();
  app.onError(refuse);
  app.use('/_sandbox/*', cors());
  app.get('/_sandbox', (c) => c.redirect('/_sandbox/'));
  app.get('/_sandbox/', (c) => c.html(controlPage));
  timeRoutes(app, parts);
  webhookRoutes(app, parts);
  faultRoutes(app, parts);
  worldRoutes(app, parts, fetchApi);
  return app;
}
