/** The script of the control page: it asks the JSON beside it, shows it, and sends what a person wants. Every value goes in as text. */
export const controlScript = `
const $ = (id) => document.getElementById(id);
const at = (seconds) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
const money = (amount, currency) => amount.toLocaleString('en') + ' ' + currency.toUpperCase() + ' (minor units)';
const make = (tag, props = {}, ...inner) => {
  const { data = {}, ...rest } = props;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data);
  made.append(...inner.filter((part) => part !== null && part !== undefined));
  return made;
};
const moods = { good: ['active', 'trialing', 'paid', 'delivered'], bad: ['past_due', 'unpaid', 'canceled', 'failed', 'uncollectible', 'dropped', 'incomplete_expired'], wait: ['incomplete', 'open', 'draft', 'retrying', 'delayed', 'queued', 'paused'] };
const state = (text) => make('span', { className: 'state ' + (Object.keys(moods).find((mood) => moods[mood].includes(text)) ?? ''), textContent: text.replaceAll('_', ' ') });
const id = (text) => make('span', { className: 'id', textContent: text });
const muted = (text, className = '') => make('span', { className: 'muted small ' + className, textContent: text });
const row = (...inner) => make('div', { className: 'row' }, ...inner);

const say = (text) => { $('said').textContent = text; $('said').hidden = text === ''; };
const ask = async (path, init) => {
  const answer = await fetch(path, init);
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error?.message ?? 'That did not work.');
  return json;
};
const post = (path, body) => ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });

const seen = {};
const fill = (place, list, show, none) => {
  const text = JSON.stringify(list);
  if (seen[place] === text) return;
  seen[place] = text;
  const box = $(place);
  const open = new Set([...box.querySelectorAll('details[open]')].map(({ dataset }) => dataset.key));
  const focused = box.contains(document.activeElement) ? document.activeElement.dataset.key ?? document.activeElement.parentElement.dataset.key : null;
  box.replaceChildren(...(list.length ? list.map(show) : [make(box.tagName === 'DIV' ? 'p' : 'li', { className: 'muted', textContent: none })]));
  for (const details of box.querySelectorAll('details')) if (open.has(details.dataset.key)) details.open = true;
  if (focused) { const found = box.querySelector('[data-key="' + CSS.escape(focused) + '"]'); (found?.querySelector('summary') ?? found)?.focus(); }
};

const triggers = [['payments_fail', 'Make payments fail'], ['payments_succeed', 'Make them succeed'], ['refund', 'Refund'], ['dispute', 'Dispute']];
const subscription = ({ id: own, status, items, cancel_at, trial_end }) =>
  make('li', {}, row(make('span', { textContent: items.join(', ') }), state(status), cancel_at ? muted('ends ' + at(cancel_at)) : null, status === 'trialing' ? muted('trial until ' + at(trial_end)) : null, id(own)));
const invoice = ({ id: own, number, status, total, currency, next_payment_attempt }) =>
  make('li', {}, row(make('span', { textContent: number ?? 'draft' }), state(status ?? 'draft'), muted(money(total, currency)), next_payment_attempt ? muted('next attempt ' + at(next_payment_attempt)) : null, id(own)));
const customer = ({ id: own, email, name, subscriptions, invoices }) =>
  make('div', { className: 'customer' },
    row(make('span', { textContent: email ?? name ?? own }), id(own)),
    make('ul', { className: 'inner' }, ...subscriptions.map(subscription)),
    invoices.length ? make('details', { data: { key: own } }, make('summary', { textContent: invoices.length + (invoices.length === 1 ? ' invoice' : ' invoices') }), make('ul', { className: 'inner' }, ...invoices.map(invoice))) : null,
    make('div', { className: 'hands', role: 'group', ariaLabel: 'What happens to ' + (email ?? own) },
      ...triggers.map(([trigger, label]) => make('button', { type: 'button', className: 'quiet', textContent: label, data: { trigger, customer: own, key: own + trigger } }))));

const event = ({ id: own, type, created, object, deliveries }) => {
  const details = make('details', { data: { key: own } },
    make('summary', {}, make('span', { textContent: type }), ' ', ...(deliveries.length ? deliveries.map(state) : [muted('no endpoint')]), ' ', muted(at(created)), ' ', id(object ?? '')));
  details.addEventListener('toggle', async () => {
    if (!details.open || details.querySelector('pre')) return;
    const { event: whole, deliveries: attempts } = await ask('events/' + own);
    details.append(
      make('ul', { className: 'inner' }, ...attempts.map(({ url, status, attempts: count, httpStatus, nextAttempt }) => make('li', {}, row(make('span', { textContent: url }), state(status), muted(count + (count === 1 ? ' attempt' : ' attempts') + (httpStatus ? ', last ' + httpStatus : '') + (nextAttempt ? ', next ' + at(nextAttempt) : '')))))),
      make('div', { className: 'hands' }, make('button', { type: 'button', className: 'quiet', textContent: 'Send again', data: { resend: own, key: own + 'resend' } })),
      make('pre', { tabIndex: 0, role: 'region', ariaLabel: 'Body of ' + type, textContent: JSON.stringify(whole, null, 2) }));
  });
  return make('li', {}, details);
};
const call = ({ id: own, method, path, status, error, created }) =>
  make('li', { id: own }, row(make('span', { textContent: method + ' ' + path }), make('span', { className: 'state ' + (status < 400 ? 'good' : 'bad'), textContent: status + (error ? ' ' + error : '') }), muted(at(created), 'end'), id(own)));
const fault = ({ id: own, kind, route, left }) =>
  make('li', {}, row(make('span', { textContent: kind.replaceAll('_', ' ') }), muted((route ?? 'every call') + (left === null ? '' : ', ' + left + ' left')), make('button', { type: 'button', className: 'quiet', textContent: 'Remove', ariaLabel: 'Remove ' + kind, data: { fault: own, key: 'fault' + own } })));

let shown = '';
const showForms = ({ webhook_mode: { mode }, settings: { retry_schedule_days: days, after_retries: after } }) => {
  const text = JSON.stringify([mode, days, after]);
  if (text === shown) return;
  shown = text;
  $('mode').value = mode; $('days').value = days.join(', '); $('after').value = after;
};
const load = async () => {
  const [now, customers, events, requests] = await Promise.all(['state', 'customers', 'events?limit=100', 'requests?limit=50'].map((path) => ask(path)));
  if ($('now').textContent !== at(now.now)) $('now').textContent = at(now.now);
  fill('customers', customers, customer, 'None yet. Buy something, or begin with a seed.');
  fill('events', events, event, 'Nothing has happened yet.');
  fill('requests', requests, call, 'Nobody has called yet.');
  fill('faults', now.faults, fault, 'None: the API answers as it should.');
  showForms(now);
};
const act = async (control, work) => {
  say(''); if (control) control.disabled = true;
  try { await work(); await load(); } catch (error) { say(error.message); }
  if (control) { control.disabled = false; if (control.isConnected && document.activeElement === document.body) control.focus(); }
};

document.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (!button) return;
  const { advance, trigger, customer: who, resend, fault: rule } = button.dataset;
  if (advance) act(button, () => post('clock', { advance: Number(advance) }));
  else if ('next' in button.dataset) act(button, () => post('clock', { next: true }));
  else if (trigger) act(button, () => post('trigger', { trigger, customer: who }));
  else if (resend) act(button, () => post('events/' + resend + '/resend'));
  else if (rule) act(null, () => ask('faults/' + rule, { method: 'DELETE' }));
  else if ('reset' in button.dataset && confirm('Forget customers, subscriptions, events and webhook endpoints?')) act(button, () => post('reset'));
});
const valueOf = (field) => 'number' in field.dataset ? Number(field.value) : 'list' in field.dataset ? field.value.split(',').map(Number) : field.value;
document.addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  const form = submitted.target;
  const fields = [...form.elements].filter(({ name, value }) => name && value !== '');
  act(form.querySelector('button'), () => post(form.dataset.post, Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]))));
});
$('upload').addEventListener('change', ({ target }) => act(target, async () => {
  await ask('snapshot', { method: 'POST', headers: { 'content-type': 'application/json' }, body: await target.files[0].text() });
  target.value = '';
}));
await load();
if (location.hash) $(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
setInterval(() => load().catch(() => say('The sandbox does not answer.')), 3000);
`;
