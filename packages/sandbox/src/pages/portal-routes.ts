/** Step panel: `/p/session/:id`, the stand-in for Stripe's customer portal. */
import { Hono } from 'hono';
import { ApiError } from '../http/api-error.ts';
import type { FlowType, PortalFlow, PortalSession } from '../objects/portal.ts';
import { portalSessionSeconds } from '../unconfirmed.ts';
import { testClockTime } from '../store/test-clock-of.ts';
import type { World } from '../world.ts';
import { html, type Html, page, unframed } from './html.ts';
import { type CallApi, type Fields, ownSubscription, portalActions, type Visit } from './portal-actions.ts';
import { cancelForm, cardForm, confirmForm, customerForm, pauseForm, updateForm } from './portal-forms.ts';
import { confirmationPage, flowPage, homePage } from './portal-page.ts';
import { baseStyle } from './style.ts';

/** The part of the address under which a flow is done. */
const pathOf: Readonly<Record<FlowType, string>> = {
  customer_update: 'customer',
  payment_method_update: 'payment-method',
  subscription_cancel: 'cancel',
  subscription_pause: 'pause',
  subscription_update: 'update',
  subscription_update_confirm: 'confirm',
};

const subscriptionOf = (flow: PortalFlow): string | undefined =>
  (flow.subscription_cancel ?? flow.subscription_pause ?? flow.subscription_update ?? flow.subscription_update_confirm)?.subscription;

function expiredPage(): Response {
  const body = html`<main style="padding: 32px 16px">
    <h1>This link has expired</h1>
    <p>Go back to the shop and open the portal again.</p>
  </main>`;
  return page({ title: 'Sandbox portal', style: baseStyle, body }, 404);
}

function formOf(visit: Visit, path: string, subscription: string | undefined): Html | null {
  if (path === 'customer')
    return html`<h1>Billing information</h1>
      ${customerForm(visit)}`;
  if (path === 'payment-method')
    return html`<h1>Add payment method</h1>
      ${cardForm(visit)}`;
  const forms = { cancel: cancelForm, pause: pauseForm, update: updateForm, confirm: confirmForm };
  const show = Object.hasOwn(forms, path) ? forms[path as keyof typeof forms] : null;
  return show ? show(visit, ownSubscription(visit, subscription)) : null;
}

/** Where the visitor goes when something is done. */
function nextUrl({ session: { id, flow } }: Visit): string {
  const home = `/p/session/${id}`;
  if (flow?.after_completion.type === 'redirect') return flow.after_completion.redirect?.return_url ?? home;
  return flow?.after_completion.type === 'hosted_confirmation' ? `${home}/done` : `${home}${flow ? '?home=1' : ''}`;
}

const said = (error: unknown): string => {
  if (error instanceof ApiError) return error.body.message;
  throw error;
};

const texts = (form: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])));

export function portalPages(world: World, call: CallApi): Hono {
  const app = new Hono();

  function visitOf(id: string): Visit | null {
    const session: PortalSession | undefined = world.tables.portalSessions.get(id);
    const configuration = world.tables.portalConfigurations.get(session?.configuration ?? '');
    const now = testClockTime(world.tables, [id]) ?? world.now();
    if (!session || !configuration || session.created + portalSessionSeconds <= now) return null;
    return { world, session, configuration, call };
  }

  function show(visit: Visit, path: string, subscription: string | undefined, problem: string | null): Response {
    try {
      const form = formOf(visit, path, subscription);
      return form ? flowPage(visit, form, problem) : expiredPage();
    } catch (error) {
      return flowPage(visit, html`<p>There is nothing to do here.</p>`, said(error));
    }
  }

  app.use('/p/session/*', unframed());
  app.get('/p/session/:id', ({ req }) => {
    const visit = visitOf(req.param('id'));
    if (!visit) return expiredPage();
    const { flow } = visit.session;
    return flow && req.query('home') === undefined ? show(visit, pathOf[flow.type], subscriptionOf(flow), null) : homePage(visit);
  });
  app.get('/p/session/:id/done', ({ req }) => {
    const visit = visitOf(req.param('id'));
    return visit ? confirmationPage(visit) : expiredPage();
  });
  app.get('/p/session/:id/:path', ({ req }) => {
    const visit = visitOf(req.param('id'));
    return visit ? show(visit, req.param('path'), req.query('subscription'), null) : expiredPage();
  });
  app.post('/p/session/:id/:path', async ({ req, redirect }) => {
    const visit = visitOf(req.param('id'));
    const path = req.param('path');
    const act = Object.hasOwn(portalActions, path) ? portalActions[path] : undefined;
    if (!visit || !act) return expiredPage();
    const fields = texts(await req.parseBody());
    try {
      await act(visit, fields);
      return redirect(nextUrl(visit), 303);
    } catch (error) {
      const problem = said(error);
      const isOwnForm = visit.session.flow?.type === 'subscription_update_confirm' && path === 'update';
      return show(visit, isOwnForm ? 'confirm' : path, fields.subscription, problem);
    }
  });
  return app;
}
