/**
 * Step checkout: the hosted page, which a person or a test in a browser completes.
 *
 * Promise: it works without JavaScript; a refused card keeps what was typed apart from the security code.
 */
import type { CheckoutSession } from '../objects/checkout-session.ts';
import { type CheckoutView, receipt } from './checkout-view.ts';
import { html, type Html, page } from './html.ts';
import { baseStyle } from './style.ts';

export interface TypedFields {
  readonly email: string;
  readonly number: string;
  readonly expiry: string;
  readonly name: string;
}

/** What a session has besides lines, email and card: questions, optional items, a promotion code. */
export interface CheckoutExtras {
  readonly asked: Html;
  readonly offers: Html;
  /** The choice of a way to pay around the fields of a card. */
  readonly payment: (card: Html) => Html;
  readonly hasChoice: boolean;
}

export interface Problem {
  readonly message: string;
  readonly field: 'email' | 'number' | 'expiry' | 'cvc' | null;
}

const style = `${baseStyle}
main { display: grid; grid-template-columns: 1fr 1fr; min-height: 100vh; }
section { padding: 48px clamp(16px, 5vw, 72px); }
.order { background: var(--aside); display: flex; justify-content: flex-end; }
.order > div, form { width: 100%; max-width: 26rem; }
.back { display: inline-flex; min-height: 44px; align-items: center; margin-bottom: 16px; }
.trial { margin-top: 4px; color: var(--success); font-weight: 600; }
.lines { margin-top: 24px; border-top: 1px solid var(--line); }
.lines li { display: flex; justify-content: space-between; gap: 16px; padding: 12px 0; border-bottom: 1px solid var(--line); }
.lines li > span:last-child { white-space: nowrap; }
.sum { display: flex; justify-content: space-between; align-items: baseline; padding: 16px 0 4px; font-weight: 600; }
.sum strong { font-size: 1.728rem; }
form { display: grid; gap: 16px; align-content: start; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
form button { width: 100%; }
fieldset { border: 1px solid var(--line); border-radius: 8px; display: grid; gap: 12px; padding: 12px 16px; margin: 0; }
select { font: inherit; width: 100%; min-height: 44px; padding: 8px 12px; color: inherit; background: var(--raised); border: 1px solid var(--field); border-radius: 8px; }
.choice { display: flex; gap: 12px; align-items: center; min-height: 44px; }
.choice input { width: auto; min-height: 0; }
form.inline { display: flex; gap: 8px; align-items: end; margin-top: 8px; }
form.inline button { width: auto; }
form.inline input[type="number"] { max-width: 6rem; }
.offers { display: grid; gap: 12px; margin-top: 24px; }
.badge { margin-bottom: 16px; }
@media (max-width: 720px) {
  main { grid-template-columns: 1fr; }
  section { padding: 24px 16px; }
  .order { justify-content: flex-start; }
  .order > div, form { max-width: none; }
}`;

interface Field {
  readonly id: string;
  readonly label: string;
  readonly value?: string;
  readonly type?: string;
  readonly autocomplete: string;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly readonly?: boolean;
  readonly optional?: boolean;
}

function field(
  { id, label, value = '', type = 'text', autocomplete, placeholder = '', numeric, readonly, optional }: Field,
  problem: Problem | null,
): Html {
  const wrong = problem?.field === id;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    <input
      id="${id}"
      name="${id}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      placeholder="${placeholder}"
      ${numeric ? html`inputmode="numeric"` : null}
      ${readonly ? html`readonly` : null}
      ${optional ? null : html`required`}
      ${wrong ? html`aria-invalid="true" aria-describedby="problem"` : null}
    />
  </div>`;
}

/** Not `required` where the buyer may pay in another way. */
const cardFields = (typed: TypedFields, problem: Problem | null, optional: boolean): Html =>
  html` ${field({ id: 'number', label: 'Card number', value: typed.number, autocomplete: 'cc-number', placeholder: '4242 4242 4242 4242', numeric: true, optional }, problem)}
    <div class="pair">
      ${field({ id: 'expiry', label: 'Expiration', value: typed.expiry, autocomplete: 'cc-exp', placeholder: 'MM / YY', numeric: true, optional }, problem)}
      ${field({ id: 'cvc', label: 'CVC', autocomplete: 'cc-csc', placeholder: '123', numeric: true, optional }, problem)}
    </div>
    ${field({ id: 'name', label: 'Cardholder name', value: typed.name, autocomplete: 'cc-name', optional: true }, problem)}`;

export function checkoutPage(
  session: CheckoutSession,
  view: CheckoutView,
  typed: TypedFields,
  problem: Problem | null,
  knownEmail: boolean,
  { asked, offers, payment, hasChoice }: CheckoutExtras,
): Response {
  const email: Field = { id: 'email', label: 'Email', value: typed.email, type: 'email', autocomplete: 'email', readonly: knownEmail };
  const body = html`<main>
    <section class="order">
      <div>
        ${session.cancel_url === null ? null : html`<a class="back" href="${session.cancel_url}">← Back</a><br />`}
        <span class="badge">Sandbox</span>
        ${receipt(session.id, view)} ${offers}
      </div>
    </section>
    <section>
      <form method="post" action="/c/pay/${session.id}">
        <h2>${view.needsCard ? (hasChoice ? 'Payment' : 'Pay with card') : 'Your details'}</h2>
        ${problem && html`<p class="alert" role="alert" id="problem">${problem.message}</p>`} ${field(email, problem)} ${asked}
        ${view.needsCard ? payment(cardFields(typed, problem, hasChoice)) : html`<p class="muted small">No card needed.</p>`}
        <button>${view.button}</button>
        ${session.custom_text.after_submit && html`<p class="muted small">${session.custom_text.after_submit.message}</p>`}
        <p class="muted small">This is a stand-in for Stripe. Use test cards such as 4242 4242 4242 4242; nothing is charged.</p>
      </form>
    </section>
  </main>`;
  return page({ title: `${view.title} · Sandbox checkout`, style, body }, problem ? 402 : 200);
}

/** What a finished or expired session shows. */
export function closedPage(session: CheckoutSession): Response {
  const complete = session.status === 'complete';
  const back = complete ? session.success_url : session.cancel_url;
  const body = html`<main style="display:block">
    <section>
      <h1>${complete ? 'This checkout is complete' : 'This checkout has expired'}</h1>
      <p class="muted">${complete ? 'Nothing more is to be done here.' : 'Go back to the shop and start again.'}</p>
      ${back === null ? null : html`<a class="back" href="${back.replaceAll('{CHECKOUT_SESSION_ID}', session.id)}">Back to the shop</a>`}
    </section>
  </main>`;
  return page({ title: 'Sandbox checkout', style, body });
}
