/** A page on which a person turns time and watches. Its script asks the JSON beside it. */
export const controlPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox clock</title>
<style>
  :root { color-scheme: light dark; --line: color-mix(in oklab, currentColor 18%, transparent); --soft: color-mix(in oklab, currentColor 68%, transparent) }
  * { box-sizing: border-box }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums }
  main { max-width: 60rem; margin: auto; padding: 2rem 1.25rem }
  h1 { font-size: 1.2rem; margin: 0 } h2 { font-size: 1rem; margin: 2rem 0 .5rem }
  time { display: block; font-size: 2rem; font-weight: 680; line-height: 1.3; margin: .25rem 0 1rem }
  .turn { display: flex; flex-wrap: wrap; gap: .5rem }
  button { font: inherit; min-height: 44px; padding: .4rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: none; color: inherit; cursor: pointer }
  button:hover { border-color: currentColor } button:disabled { opacity: .5 }
  .scroll { overflow-x: auto } table { width: 100%; border-collapse: collapse; font-size: .9rem }
  th, td { text-align: start; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: baseline } th { font-weight: 600 }
  td.id, .soft { color: var(--soft) } code { font-size: .85em }
</style>
</head>
<body><main>
<h1>The sandbox’s clock</h1>
<time id="now" role="status">…</time>
<div class="turn">
  <button data-advance="3600">+1 hour</button><button data-advance="86400">+1 day</button><button data-advance="259200">+3 days</button>
  <button data-advance="2678400">+31 days</button><button data-advance="31622400">+1 year</button><button data-next>To the next thing that happens</button>
</div>
<h2>Subscriptions</h2><div class="scroll" tabindex="0" role="region" aria-label="Subscriptions"><table><thead><tr><th>Customer</th><th>What</th><th>Status</th><th>Id</th></tr></thead><tbody id="subscriptions"></tbody></table></div>
<h2>Events</h2><div class="scroll" tabindex="0" role="region" aria-label="Events"><table><thead><tr><th>When</th><th>Event</th><th>Object</th><th>Webhook</th></tr></thead><tbody id="events"></tbody></table></div>
</main>
<script>
  const at = (seconds) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
  const rows = (id, list, cells, none) => {
    const body = document.getElementById(id);
    body.replaceChildren(...(list.length ? list : [null]).map((entry) => {
      const row = document.createElement('tr');
      for (const text of entry ? cells(entry) : [none]) row.insertCell().textContent = text;
      if (!entry) row.firstChild.colSpan = 4;
      return row;
    }));
  };
  const show = (state, events) => {
    document.getElementById('now').textContent = at(state.now);
    rows('subscriptions', state.subscriptions, (s) => [s.customer, s.items.join(', '), s.status + (s.cancel_at ? ', ends ' + at(s.cancel_at) : ''), s.id], 'None yet. Buy something on the pricing page.');
    rows('events', events, (e) => [at(e.created), e.type, e.object ?? '', e.deliveries.join(', ') || 'no endpoint'], 'Nothing has happened yet.');
  };
  const load = async () => show(...await Promise.all(['state', 'events?limit=100'].map((path) => fetch(path).then((answer) => answer.json()))));
  document.querySelector('.turn').addEventListener('click', async ({ target }) => {
    if (!target.matches('button')) return;
    const buttons = document.querySelectorAll('button');
    buttons.forEach((button) => { button.disabled = true });
    const body = 'next' in target.dataset ? { next: true } : { advance: Number(target.dataset.advance) };
    await fetch('clock', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    await load();
    buttons.forEach((button) => { button.disabled = false });
    target.focus();
  });
  load();
  setInterval(load, 3000);
</script>
</body></html>`;
