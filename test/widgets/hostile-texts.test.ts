/** Threat 34: whatever stands in a name, a description or an address, it stays a text and a text only. */
import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import '@tillkit/widgets';
import type { TillPlanPicker } from '@tillkit/widgets';
import { everything, selection, suite } from '../../stories/fixtures/catalogs.ts';
import { lifecycle, signIn } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

declare global {
  interface Window {
    /** Set by a payload that ran. */
    hacked?: boolean;
  }
}

const run = 'window.hacked=true';
const kernels = [
  `<script>${run}</script>`,
  `<img src=x onerror=${run}>`,
  `<svg onload=${run}>`,
  `<svg><script>${run}</script></svg>`,
  `<iframe srcdoc="<script>parent.${run}</script>">`,
  `<body onload=${run}>`,
  `<details open ontoggle=${run}>`,
  `<input autofocus onfocus=${run}>`,
  `<video><source onerror=${run}></video>`,
  `<a href="javascript:${run}">x</a>`,
  `<math><mtext><img src=x onerror=${run}></mtext></math>`,
  `<template><script>${run}</script></template>`,
  `<style>@import 'javascript:${run}'</style>`,
  `<form action="javascript:${run}"><button>x</button></form>`,
  `<object data="javascript:${run}"></object>`,
  `<meta http-equiv=refresh content="0;url=javascript:${run}">`,
  `<base href="javascript:${run}//">`,
  `javascript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `\${${run}}`,
  `<marquee onstart=${run}>`,
];
/** Ways to break out of wherever the text may have been put. */
const wraps: readonly ((kernel: string) => string)[] = [
  (kernel) => kernel,
  (kernel) => `"><${kernel.slice(1)}`,
  (kernel) => `'>${kernel}`,
  (kernel) => `-->${kernel}`,
  (kernel) => `</style>${kernel}`,
  (kernel) => `</script>${kernel}`,
  (kernel) => `</textarea></title>${kernel}`,
  (kernel) => `" onmouseover="${run}" x="${kernel}`,
  (kernel) => `\`${kernel}\``,
  (kernel) => kernel.replaceAll('<', '\u003c').toUpperCase().replace('WINDOW.HACKED=TRUE', run),
];
const payloads = kernels.flatMap((kernel) => wraps.map((wrap) => wrap(kernel)));

function inGroups<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, group) => items.slice(group * size, (group + 1) * size));
}

/** What must stay as it is for the value to be of any use: ids, units, patterns; addresses keep their scheme, as the server checks them. */
const fixed = new Set([
  'id',
  'planId',
  'productId',
  'interval',
  'currency',
  'defaultCurrency',
  'kind',
  'status',
  'tax',
  'group',
  'language',
  'direction',
  'end',
]);

/** The value with a payload in every text that Stripe or the owner wrote. */
function poison<Value>(value: Value, payload: string, key = ''): Value {
  if (typeof value === 'string') {
    if (fixed.has(key)) return value;
    return (/^https?:/u.test(value) ? `${value}${payload}` : payload) as Value;
  }
  if (Array.isArray(value)) return value.map((item) => poison(item as unknown, payload, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'moneyPatterns' || key === 'money' || key === 'patterns') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item as unknown, payload, name)])) as Value;
}

function* deep(root: ParentNode): Generator<Element> {
  for (const element of root.querySelectorAll('*')) {
    yield element;
    if (element.shadowRoot) yield* deep(element.shadowRoot);
  }
}

const tame = new Set(['https:', 'mailto:']);

/** Everything in the page that a text has become and should not have. */
function intruders(page: ParentNode): string[] {
  return [...deep(page)].flatMap((element) => {
    const found: string[] = [];
    if (/^(?:script|iframe|object|embed|base|meta|form|math|video|template)$/u.test(element.localName)) found.push(element.localName);
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(`${element.localName} ${name}`);
      if (
        /^(?:href|src|action|data|formaction)$/u.test(name) &&
        value &&
        !tame.has(URL.parse(value, location.href)?.protocol ?? '') &&
        !value.startsWith('#')
      )
        found.push(`${name}=${value}`);
    }
    return found;
  });
}

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  worker.resetHandlers();
  sessionStorage.clear();
});

describe('hostile texts', () => {
  it('are 200 different ones and more', () => {
    expect(new Set(payloads).size).to.be.greaterThan(200);
  });

  it('would be found: a page that takes them for markup is told', () => {
    const page = document.createElement('div');
    page.innerHTML = '<a href="javascript:1">x</a><img onerror="1"><iframe></iframe>';
    expect(intruders(page)).to.have.length(3);
  });

  it('stay texts in picker, add-ons and total', async () => {
    for (const [place, payload] of payloads.entries()) {
      // each kernel in both catalogs, and each wrap
      const catalog = (place + Math.floor(place / wraps.length)) % 2 === 0 ? suite : everything;
      const hostile = poison({ ...catalog }, payload);
      const page = await fixture(html`
        <div>
          <till-plan-picker .catalog=${hostile} .selection=${selection(catalog)}></till-plan-picker>
          <till-add-on-selector .catalog=${hostile} .selection=${selection(catalog)}></till-add-on-selector>
          <till-total .catalog=${hostile} .selection=${selection(catalog)}></till-total>
        </div>
      `);
      expect(intruders(page), payload).to.deep.equal([]);
      // the text itself is there, letter for letter
      expect(page.querySelector<TillPlanPicker>('till-plan-picker')!.shadowRoot!.textContent).to.contain(payload);
      page.remove();
    }
    expect(window.hacked).to.equal(undefined);
  });

  it('stay texts in the panel, and no address of theirs becomes a link', async () => {
    for (const some of inGroups(payloads, 7)) {
      signIn();
      // each payload has a plan, two subscriptions and an invoice of its own
      const idOf = (place: number): string => `plan-${place}`;
      const plans = some.flatMap((payload, place) =>
        suite.plans.filter(({ id }) => id === lifecycle.pastDue.planId).map((plan) => poison({ ...plan, id: idOf(place) }, payload)),
      );
      const subscriptions = some.flatMap((payload, place) => {
        const owed = { id: `in_${place}`, created: 1, amountDue: 9900, hostedInvoiceUrl: payload };
        return [
          { ...poison({ ...lifecycle.pastDue, id: `sub_${place}`, planId: idOf(place) }, payload), openInvoices: [owed] },
          poison({ ...lifecycle.unknownToCatalog, id: `sub_old_${place}` }, payload),
        ];
      });
      const invoices = some.map((payload, place) => ({
        id: `in_${place}`,
        number: payload,
        status: 'open',
        created: 1_809_172_800,
        currency: 'usd',
        total: 9900,
        amountDue: 9900,
        hostedInvoiceUrl: payload,
      }));
      worker.use(
        http.get(`*${paths.catalog}`, () => HttpResponse.json({ ...poison({ ...suite }, some[0]!), plans })),
        http.get(`*${paths.subscriptions}`, () => HttpResponse.json({ subscriptions, trialUsed: [] })),
        http.get(`*${paths.invoices}`, () => HttpResponse.json({ hasMore: false, invoices })),
      );
      const page = await fixture(html`<till-provider><till-subscription-panel></till-subscription-panel></till-provider>`);
      const panel = page.querySelector('till-subscription-panel')!;
      const shown = (): string => panel.shadowRoot!.textContent!;
      // as the name of the plan, of what the catalog does not know, and as the number of an invoice
      await waitUntil(() => some.every((payload) => shown().split(payload).length > 3), some.join('\n'));
      expect(intruders(page), some.join('\n')).to.deep.equal([]);
      page.remove();
      worker.resetHandlers();
    }
    expect(window.hacked).to.equal(undefined);
  });
});
