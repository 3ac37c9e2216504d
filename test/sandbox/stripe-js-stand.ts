/** A shop's page in a real browser, with the stand-in for Stripe.js and the sandbox on two origins. */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, FrameLocator, Page } from 'playwright';
import type Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import { createSandbox, type Sandbox } from '@tillkit/sandbox';
import { newContext } from '../support/browser.ts';
import { sdk, start } from './stand.ts';
import { observe } from '../contract/observer.ts';

export interface BrowserStand {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  /** Origin of the shop. */
  readonly site: string;
  /** A fresh page of the shop with `#a` to `#d` to mount in; it is closed with the test, or with the stand if it `stays`. */
  open(options?: { readonly width?: number; readonly path?: string; readonly stays?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

/** Stripe's own loader, unmodified. */
const loader = new URL('../../node_modules/@stripe/stripe-js/dist/pure.mjs', import.meta.url);

const shopPage = (script: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<style>body { margin: 16px; max-inline-size: 26rem } div { margin-block-end: 16px }</style>
${script}</head><body><div id="a"></div><div id="b"></div><div id="c"></div><div id="d"></div></body></html>`;

/** Starts everything on loopback ports that are free. */
export async function browserStand(): Promise<BrowserStand> {
  let sandboxUrl = '';
  const website = createServer(({ url }, response) => {
    if (url === '/stripe-loader.mjs') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(loader));
      return;
    }
    const script = url === '/bare' ? '' : `<script src="${sandboxUrl}/stripe.js"></script>`;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(shopPage(script));
  });
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  const site = `http://127.0.0.1:${(website.address() as AddressInfo).port}`;
  const cards = createServer((request, response) => void relay(request.url ?? '/', response));
  await new Promise<void>((resolve) => cards.listen(0, '127.0.0.1', resolve));
  const cardOrigin = `http://127.0.0.1:${(cards.address() as AddressInfo).port}`;
  const sandbox = createSandbox({ now: start, seedKey: 'stripe-js', cardOrigin, observe });
  async function relay(path: string, response: ServerResponse): Promise<void> {
    const answer = await sandbox.fetch(new Request(sandboxUrl + path));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
  }
  const listening = await sandbox.listen({ port: 0 });
  sandboxUrl = listening.url;
  const staying: BrowserContext[] = [];
  return {
    sandbox,
    stripe: sdk(sandbox),
    site,
    async open({ width = 480, path = '/', stays = false } = {}) {
      const context = await newContext({ viewport: { width, height: 800 }, locale: 'en-US' });
      if (stays) staying.push(context);
      else onTestFinished(() => context.close());
      const page = await context.newPage();
      await page.goto(site + path);
      return page;
    },
    async close() {
      await Promise.all(staying.map((context) => context.close()));
      await listening.close();
      await Promise.all([website, cards].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

/** The fields inside an element. */
export const fieldsOf = (page: Page, title = 'Card details'): FrameLocator => page.frameLocator(`iframe[title="${title}"]`);

export async function typeCard(page: Page, number: string): Promise<void> {
  const fields = fieldsOf(page);
  await fields.getByLabel('Card number').fill(number);
  await fields.getByLabel('Expiration').fill('12 / 34');
  await fields.getByLabel('CVC').fill('123');
}

/** An element as a page uses it. */
export interface PageElement {
  mount(place: string | HTMLElement): void;
  unmount(): void;
  destroy(): void;
  update(options: object): PageElement;
  on(name: string, listener: (event: Record<string, unknown>) => void): PageElement;
  getValue(): Promise<object>;
}

export interface PageElements {
  create(type: string, options?: object): PageElement;
  getElement(type: string, options?: object): PageElement | null;
  update(options: object): Promise<void>;
  submit(): Promise<{ error?: { code?: string; message?: string }; selectedPaymentMethod?: string }>;
  fetchUpdates(): Promise<{ error?: object }>;
  on(name: string, listener: () => void): void;
}

/** The stand-in as a page sees it; wrong calls are part of what is tested. */
export interface StripeJs {
  elements(options?: object): PageElements;
  confirmPayment(options: object): Promise<Record<string, unknown>>;
  confirmSetup(options: object): Promise<Record<string, unknown>>;
  handleNextAction(options: object): Promise<Record<string, unknown>>;
  retrievePaymentIntent(clientSecret: string): Promise<Record<string, unknown>>;
  retrieveSetupIntent(clientSecret: string): Promise<Record<string, unknown>>;
  createPaymentMethod(options: object): Promise<Record<string, unknown>>;
  initCheckout(): never;
  initEmbeddedCheckout(): never;
}
