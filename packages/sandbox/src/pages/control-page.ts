/** A page on which a person turns time, watches, and makes things go wrong. Its script asks the JSON beside it. */
import { faultKinds } from '../http/faults.ts';
import { webhookModes } from '../webhooks/mode.ts';
import { controlScript } from './control-script.ts';
import { controlStyle } from './control-style.ts';
import { baseStyle } from './style.ts';

const options = (values: readonly string[]): string =>
  values.map((value) => `<option value="${value}">${value.replaceAll('_', ' ')}</option>`).join('');

const turns: readonly (readonly [string, string])[] = [
  ['3600', '+1 hour'],
  ['86400', '+1 day'],
  ['259200', '+3 days'],
  ['2678400', '+31 days'],
  ['31622400', '+1 year'],
];

const clock = `<header>
  <div class="bar">
    <div><h1>Sandbox</h1><time id="now" role="status">…</time></div>
    <div class="turn" role="group" aria-label="Turn the clock">
      ${turns.map(([seconds, label]) => `<button class="quiet" data-advance="${seconds}">${label}</button>`).join('')}
      <button data-next>Next thing that happens</button>
    </div>
  </div>
</header>`;

const lists = `<div class="lists">
  <section aria-labelledby="customers-title"><h2 id="customers-title">Customers</h2><div id="customers"></div></section>
  <section aria-labelledby="events-title"><h2 id="events-title">Events</h2><ol id="events"></ol></section>
  <section aria-labelledby="requests-title"><h2 id="requests-title">API calls</h2><ol id="requests"></ol></section>
</div>`;

const hands = `<aside aria-label="What shall happen">
  <section><h2>Webhooks</h2>
    <form data-post="webhook-mode">
      <div class="field"><label for="mode">Delivery</label><select id="mode" name="mode">${options(webhookModes)}</select></div>
      <div class="field"><label for="mode-probability">Probability, 0 to 1</label><input id="mode-probability" name="probability" inputmode="decimal" data-number></div>
      <div class="field"><label for="mode-seconds">Longest delay, seconds</label><input id="mode-seconds" name="seconds" inputmode="numeric" data-number></div>
      <button class="quiet">Set</button>
    </form>
  </section>
  <section><h2>Faults of the API</h2>
    <ul id="faults"></ul>
    <form data-post="faults">
      <div class="field"><label for="kind">Fault</label><select id="kind" name="kind">${options(faultKinds)}</select></div>
      <div class="field"><label for="route">Calls</label><input id="route" name="route" placeholder="POST /v1/subscriptions*" autocomplete="off" spellcheck="false"></div>
      <div class="field"><label for="times">How many</label><input id="times" name="times" inputmode="numeric" data-number value="1"></div>
      <button class="quiet">Add</button>
    </form>
  </section>
  <section><h2>Failed renewals</h2>
    <form data-post="settings">
      <div class="field"><label for="days">Days between attempts</label><input id="days" name="retry_schedule_days" data-list placeholder="1, 3, 5, 7"></div>
      <div class="field"><label for="after">Then</label><select id="after" name="after_retries">${options(['cancel', 'unpaid', 'past_due'])}</select></div>
      <button class="quiet">Set</button>
    </form>
  </section>
  <section><h2>Data</h2>
    <div class="stack">
      <a class="button quiet" href="snapshot" download="sandbox.json">Save a snapshot</a>
      <div class="field"><label for="upload">Go on from a snapshot</label><input id="upload" type="file" accept="application/json"></div>
      <button class="danger" data-reset>Forget everything</button>
    </div>
  </section>
</aside>`;

export const controlPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Sandbox control</title>
<style>${baseStyle}${controlStyle}</style>
</head>
<body>
${clock}
<p id="said" role="alert" class="alert" hidden></p>
<main>${lists}${hands}</main>
<script type="module">${controlScript}</script>
</body></html>`;
