/** Step panel: the page of an invoice, which its customer can pay, and the receipt of a charge. */
import { formatMoney } from '../money/currency.ts';
import { financialAddresses } from '../billing/cash-balance.ts';
import type { Charge, PaymentMethod } from '../objects/payment.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { World } from '../world.ts';
import { html, page, type Html } from './html.ts';
import { dayOf, sumsOf } from './invoice-document.ts';
import { baseStyle } from './style.ts';

const style = `${baseStyle}
main { display: grid; gap: 16px; max-width: 40rem; margin: 0 auto; padding: 32px 16px; }
table { inline-size: 100%; border-collapse: collapse; }
td, th { padding: 8px 0; border-block-end: 1px solid var(--line); text-align: start; font-weight: inherit; }
td:last-child { text-align: end; white-space: nowrap; }
form { display: grid; gap: 12px; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }`;

const statusWords: Readonly<Record<Invoice['status'], string>> = {
  draft: 'Draft',
  open: 'Open',
  paid: 'Paid',
  uncollectible: 'Not collected',
  void: 'Void',
};

/** What kept a payment back, in words for the customer. */
export const problems: Readonly<Record<string, string>> = {
  declined: 'Your card was declined. Please try another one.',
  number: 'Your card number, date or security code is not right.',
  nothing: 'No card is on file. Please enter one.',
};

function payForm(invoice: Invoice, kept: readonly PaymentMethod[], amount: string): Html {
  const onFile = kept.map(({ id, card, type }) => {
    const words = card ? `${card.brand} ending in ${card.last4}` : type;
    return html`<button name="payment_method" value="${id}" class="quiet" formnovalidate>Pay ${amount} with ${words}</button>`;
  });
  return html`<form method="post" action="/i/${invoice.id}">
    ${onFile}
    <div class="field">
      <label for="number">Card number</label><input id="number" name="number" inputmode="numeric" autocomplete="cc-number" required />
    </div>
    <div class="two">
      <div class="field">
        <label for="expiry">Expires</label><input id="expiry" name="expiry" placeholder="MM / YY" autocomplete="cc-exp" required />
      </div>
      <div class="field">
        <label for="cvc">Security code</label><input id="cvc" name="cvc" inputmode="numeric" autocomplete="cc-csc" required />
      </div>
    </div>
    <button>Pay ${amount}</button>
  </form>`;
}

const row = (label: string, amount: string): Html =>
  html`<tr>
    <td>${label}</td>
    <td class="figures">${amount}</td>
  </tr>`;

/** The invoice as its customer sees it; drafts have no page. */
export function invoicePage(world: World, invoice: Invoice, problem: string | null): Response {
  const money = (amount: number): string => formatMoney(amount, invoice.currency);
  const canPay = invoice.status === 'open' || invoice.status === 'uncollectible';
  const kept = world.tables.paymentMethods.of(invoice.customer);
  const body = html`<main>
    <h1>Invoice ${invoice.number ?? invoice.id}</h1>
    <p class="muted">
      <span class="badge">${statusWords[invoice.status]}</span> ${dayOf(invoice.effective_at ?? invoice.created)}
      ${invoice.due_date === null ? null : html`· due ${dayOf(invoice.due_date)}`}
    </p>
    <p>${[invoice.customer_name, invoice.customer_email].filter(Boolean).join(', ')}</p>
    <table>
      <tbody>
        ${invoice.lines.data.map(({ description, amount }) => row(description, money(amount)))}
        ${sumsOf(world, invoice).map(({ label, amount }) => row(label, money(amount)))}
      </tbody>
    </table>
    ${invoice.footer === null ? null : html`<p class="small">${invoice.footer}</p>`}
    <p><a href="/i/${invoice.id}/pdf">Download as PDF</a></p>
    ${problem === null ? null : html`<p class="alert" role="alert">${problems[problem] ?? problems.declined}</p>`}
    ${canPay ? payForm(invoice, kept, money(invoice.amount_remaining)) : null}
  </main>`;
  return page({ title: `Invoice ${invoice.number ?? invoice.id}`, style, body });
}

export function receiptPage(charge: Charge): Response {
  const money = formatMoney(charge.amount_captured, charge.currency);
  const refunded = charge.amount_refunded > 0 ? row('Refunded', formatMoney(charge.amount_refunded, charge.currency)) : null;
  const body = html`<main>
    <h1>Receipt</h1>
    <p class="muted">${dayOf(charge.created)}</p>
    <table>
      <tbody>
        ${row(charge.description ?? 'Payment', money)} ${refunded}
      </tbody>
    </table>
  </main>`;
  return page({ title: `Receipt for ${money}`, style, body });
}

/** Where a customer transfers money to; it names nobody. */
export function transferPage(customer: string): Response {
  const addresses = [...financialAddresses(customer, 'us_bank_transfer'), ...financialAddresses(customer, 'eu_bank_transfer')];
  const numbers = addresses
    .flatMap((address) => Object.values(address))
    .filter((value) => typeof value === 'object' && !Array.isArray(value));
  const body = html`<main>
    <h1>Transfer to</h1>
    ${numbers.map(
      (account: object) =>
        html`<table>
          <tbody>
            ${Object.entries(account).flatMap(([name, value]) =>
              typeof value === 'string' ? [row(name.replaceAll('_', ' '), value)] : [],
            )}
          </tbody>
        </table>`,
    )}
  </main>`;
  return page({ title: 'Bank transfer', style, body });
}
