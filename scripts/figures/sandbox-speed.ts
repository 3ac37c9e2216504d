/** How quick the sandbox is: calls a second in process and over HTTP, and a year of many subscriptions. */
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import { median } from './browser.ts';
import type { Figure } from './figure.ts';

const headers = { authorization: 'Bearer sk_test_bench', 'content-type': 'application/x-www-form-urlencoded' };
const now = 1_767_225_600;
const subscriptions = 1000;
const yearSeconds = 365 * 86_400;

type Send = (request: Request) => Promise<Response>;

async function ask(
  send: Send,
  origin: string,
  method: 'GET' | 'POST',
  path: string,
  params?: Readonly<Record<string, string>>,
): Promise<string> {
  const body = params && new URLSearchParams(params).toString();
  const response = await send(new Request(`${origin}/v1/${path}`, { method, headers, ...(body !== undefined && { body }) }));
  const { id, error } = (await response.json()) as { readonly id?: string; readonly error?: { readonly message: string } };
  if (error) throw new Error(`${method} ${path}: ${error.message}`);
  return id ?? '';
}

/** A write, a read and a list in turn, for `calls` calls; calls a second. */
async function mixedCalls(send: Send, origin: string, calls: number): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < calls; call += 3) {
    const id = await ask(send, origin, 'POST', 'customers', { email: `c${call}@example.com`, 'metadata[a]': '1' });
    await ask(send, origin, 'GET', `customers/${id}`);
    await ask(send, origin, 'GET', 'customers?limit=10');
  }
  return (calls / (performance.now() - started)) * 1000;
}

async function samples(count: number, measure: () => Promise<number>): Promise<number[]> {
  await measure(); // warm
  const values: number[] = [];
  for (let sample = 0; sample < count; sample += 1) values.push(await measure());
  return values;
}

async function overHttp(): Promise<number[]> {
  const sandbox = createSandbox({ now });
  const listening = await sandbox.listen({});
  try {
    return await samples(5, () => mixedCalls((request) => fetch(request), listening.url, 600));
  } finally {
    await listening.close();
  }
}

async function subscribe(sandbox: Sandbox): Promise<void> {
  const origin = 'http://sandbox.localhost';
  const send: Send = (request) => sandbox.fetch(request);
  const product = await ask(send, origin, 'POST', 'products', { name: 'Pro' });
  const price = await ask(send, origin, 'POST', 'prices', {
    product,
    currency: 'usd',
    unit_amount: '2900',
    'recurring[interval]': 'month',
  });
  for (let count = 0; count < subscriptions; count += 1) {
    const customer = await ask(send, origin, 'POST', 'customers', {
      payment_method: 'pm_card_visa',
      'invoice_settings[default_payment_method]': 'pm_card_visa',
    });
    await ask(send, origin, 'POST', 'subscriptions', { customer, 'items[0][price]': price });
  }
}

/** Seconds for twelve renewals of each subscription, in steps of a week. */
async function aYear(): Promise<number> {
  const sandbox = createSandbox({ now });
  await subscribe(sandbox);
  const started = performance.now();
  for (let week = 0; week < 52; week += 1) await sandbox.clock.advance(Math.floor(yearSeconds / 52));
  const invoices = sandbox.events().filter(({ type }) => type === 'invoice.paid').length;
  if (invoices < subscriptions * 12) throw new Error(`${invoices} paid invoices are not a year of ${subscriptions} subscriptions.`);
  return (performance.now() - started) / 1000;
}

export async function measureSandbox(): Promise<Figure[]> {
  const sandbox = createSandbox({ now });
  const inProcess = await samples(5, () => mixedCalls((request) => sandbox.fetch(request), 'http://sandbox.localhost', 3000));
  const http = await overHttp();
  const year = await aYear();
  return [
    { issue: 3, name: 'sandbox-calls-in-process', value: median(inProcess), unit: 'per second', values: inProcess },
    { issue: 3, name: 'sandbox-calls-over-http', value: median(http), unit: 'per second', values: http },
    { issue: 3, name: 'sandbox-year-of-1000-subscriptions', value: year, unit: 's', atMost: 60 },
  ];
}
