/** Step panel: how the portal looks, its home and its flows. */
import { isEnded } from '../billing/subscription-payment.ts';
import { formatMoney } from '../money/currency.ts';
import type { Subscription } from '../objects/subscription.ts';
import { html, type Html, page } from './html.ts';
import type { Visit } from './portal-actions.ts';
import { buttonForm, dateText, priceText, productName } from './portal-forms.ts';
import { baseStyle } from './style.ts';

const style = `${baseStyle}
main { max-width: 44rem; margin: 0 auto; padding: 32px 16px 64px; display: grid; gap: 32px; }
section { display: grid; gap: 12px; }
section > h2 { padding-bottom: 8px; border-bottom: 1px solid var(--line); }
.rows li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; padding: 8px 0; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
form { display: grid; gap: 16px; max-width: 28rem; }
.actions form { display: inline-grid; }
fieldset { border: 1px solid var(--line); border-radius: 8px; display: grid; gap: 4px; padding: 12px 16px; }
.choice { display: flex; gap: 12px; align-items: center; min-height: 44px; }
.choice input { width: auto; min-height: 0; }
.choice span:last-child { margin-inline-start: auto; }
textarea { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--field); border-radius: 8px; padding: 8px 12px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
.badge { justify-self: start; }`;

const top = (visit: Visit): Html =>
  html`<header>
    <span class="badge">Sandbox portal</span>
    ${visit.configuration.business_profile.headline === null ? null : html`<p class="muted">${visit.configuration.business_profile.headline}</p>`}
  </header>`;

const toFlow = (visit: Visit, flow: string, label: string, subscription?: string): Html =>
  html`<a href="/p/session/${visit.session.id}/${flow}${subscription === undefined ? '' : `?subscription=${subscription}`}">${label}</a>`;

function statusText({ status, cancel_at, trial_end, items }: Subscription): string {
  if (cancel_at !== null) return `Ends on ${dateText(cancel_at)}`;
  if (status === 'trialing' && trial_end !== null) return `Free until ${dateText(trial_end)}`;
  if (status !== 'active') return status.replaceAll('_', ' ');
  return `Renews on ${dateText(Math.min(...items.data.map((item) => item.current_period_end)))}`;
}

function actionsOf(visit: Visit, subscription: Subscription): Html {
  const { features } = visit.configuration;
  const { id, status, cancel_at } = subscription;
  const waits = cancel_at !== null;
  return html`<p class="actions">
    ${features.subscription_update.enabled && !waits ? toFlow(visit, 'update', 'Update plan', id) : null}
    ${features.subscription_cancel.enabled && !waits ? toFlow(visit, 'cancel', 'Cancel plan', id) : null}
    ${features.subscription_cancel.enabled && waits ? buttonForm(visit, 'undo-cancel', "Don't cancel", id) : null}
    ${features.subscription_pause.enabled && status !== 'paused' && !waits ? toFlow(visit, 'pause', 'Pause plan', id) : null}
    ${features.subscription_pause.enabled && status === 'paused' ? buttonForm(visit, 'resume', 'Resume plan', id) : null}
  </p>`;
}

const plan = (visit: Visit, subscription: Subscription): Html =>
  html`<section aria-label="Subscription">
    <ul class="rows">
      ${subscription.items.data.map(
        ({ price, quantity }) =>
          html`<li>
            <b>${productName(visit, price)}${quantity !== undefined && quantity > 1 ? ` × ${quantity}` : ''}</b
            ><span class="figures">${priceText(price, subscription.currency, quantity ?? 1)}</span>
          </li>`,
      )}
    </ul>
    <p class="muted">${statusText(subscription)}</p>
    ${actionsOf(visit, subscription)}
  </section>`;

function methods(visit: Visit): Html {
  const { world, session } = visit;
  const main = world.tables.customers.get(session.customer)?.invoice_settings.default_payment_method;
  return html`<section>
    <h2>Payment method</h2>
    <ul class="rows">
      ${world.tables.paymentMethods
        .of(session.customer)
        .map(
          ({ id, type, card }) =>
            html`<li>
              <span>${card ? `${card.brand} •••• ${card.last4}, ${card.exp_month} / ${card.exp_year}` : type.replaceAll('_', ' ')}</span>${
                id === main ? html`<span class="muted">Default</span>` : null
              }
            </li>`,
        )}
    </ul>
    <p>${toFlow(visit, 'payment-method', 'Add payment method')}</p>
  </section>`;
}

function details(visit: Visit): Html {
  const customer = visit.world.tables.customers.get(visit.session.customer);
  const { line1, postal_code, city, country } = customer?.address ?? {};
  return html`<section>
    <h2>Billing information</h2>
    <p>${[customer?.name, customer?.email, customer?.phone].filter(Boolean).join(', ')}</p>
    <p>${[line1, postal_code, city, country].filter(Boolean).join(', ')}</p>
    <p>${toFlow(visit, 'customer', 'Update information')}</p>
  </section>`;
}

const invoices = ({ world, session }: Visit): Html =>
  html`<section>
    <h2>Invoices</h2>
    <ul class="rows">
      ${world.tables.invoices
        .all()
        .filter(({ customer, status }) => customer === session.customer && status !== 'draft')
        .map(
          ({ id, created, total, currency, status }) =>
            html`<li>
              <a href="/i/${id}">${dateText(created)}</a><span class="figures">${formatMoney(total, currency)}</span><span>${status}</span>
            </li>`,
        )}
    </ul>
  </section>`;

/** Everything of the customer on one page. */
export function homePage(visit: Visit): Response {
  const { session, configuration, world } = visit;
  const { features } = configuration;
  const subscriptions = world.tables.subscriptions.of(session.customer).filter((row) => !isEnded(row));
  const body = html`<main>
    ${top(visit)}
    <h1>Your subscription</h1>
    ${subscriptions.length === 0 ? html`<p class="muted">You have no subscription.</p>` : subscriptions.map((row) => plan(visit, row))}
    ${features.payment_method_update.enabled ? methods(visit) : null} ${features.customer_update.enabled ? details(visit) : null}
    ${features.invoice_history.enabled ? invoices(visit) : null}
    ${session.return_url === null ? null : html`<p><a href="${session.return_url}">← Back</a></p>`}
  </main>`;
  return page({ title: 'Sandbox portal', style, body });
}

/** One task alone, with what went wrong at the last try. */
export function flowPage(visit: Visit, inner: Html, problem: string | null): Response {
  const back = visit.session.flow ? visit.session.return_url : `/p/session/${visit.session.id}`;
  const body = html`<main>
    ${top(visit)} ${problem === null ? null : html`<p class="alert" role="alert">${problem}</p>`}
    <section>${inner}</section>
    ${back === null ? null : html`<p><a href="${back}">← Back</a></p>`}
  </main>`;
  return page({ title: 'Sandbox portal', style, body }, problem === null ? 200 : 402);
}

/** What a flow says when it is done. */
export function confirmationPage(visit: Visit): Response {
  const message = visit.session.flow?.after_completion.hosted_confirmation?.custom_message;
  const body = html`<main>
    ${top(visit)}
    <h1>Done</h1>
    <p role="status">${message ?? 'Your change has been saved.'}</p>
    ${visit.session.return_url === null ? null : html`<p><a href="${visit.session.return_url}">← Back</a></p>`}
  </main>`;
  return page({ title: 'Sandbox portal', style, body });
}
