/**
 * A whole shop on loopback for one journey: sandbox, companion server and an owner's page, each on its own origin, and
 * a real browser in front of it.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright';
import { newContext } from '../support/browser.ts';
import { startTill, type RunningTill } from '../support/till.ts';

const jwtSecret = 'a-secret-of-the-owner-that-is-long-enough';

export interface Shop {
  readonly till: RunningTill;
  /** Origin of the owner's site. */
  readonly site: string;
  /** Whom pages under `/visitor/` name; undefined while nobody is logged in there. */
  visitor: string | undefined;
  /** Opens a page of the owner's site in a fresh browser profile. */
  visit(path: string): Promise<Page>;
  close(): Promise<void>;
}

/** A page of the owner's site, as an owner would write it. */
const html = (server: string, body: string, head = ''): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>${head}
<script type="module" src="${server}/till.js"></script></head><body>${body}</body></html>`;

/** As strict as a page can be that carries the widgets: no inline script or style, no text taken for code. */
const strictPolicy = (server: string): string =>
  [
    "default-src 'none'",
    `script-src ${server}`,
    `connect-src 'self' ${server}`,
    "style-src 'none'",
    'img-src https:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ');

/** The token that an owner's backend would sign for the visitor who is logged in there. */
function ownerToken(subject: string, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'shop',
    aud: 'till',
    sub: subject,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    email: `${subject}@example.com`,
    email_verified: true,
  };
  const message = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${message}.${createHmac('sha256', jwtSecret).update(message).digest('base64url')}`;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts everything for one of the example catalogs. */
export async function openShop(catalog: string | object): Promise<Shop> {
  let till: RunningTill;
  const website = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const subject = searchParams.get('sub') ?? 'ada';
    const pages: Record<string, () => string> = {
      '/pricing': () => html(till.url, '<h1>Prices</h1><till-checkout></till-checkout>'),
      '/pricing-with-code': () =>
        html(till.url, '<h1>Prices</h1><till-checkout></till-checkout><till-promotion-code></till-promotion-code>'),
      '/members/pricing-with-code': () =>
        html(
          till.url,
          `<h1>Prices</h1><till-provider token-url="/token?sub=${subject}"><till-checkout></till-checkout><till-promotion-code></till-promotion-code></till-provider>`,
        ),
      '/members/pricing': () =>
        html(till.url, `<h1>Prices</h1><till-provider token-url="/token?sub=${subject}"><till-checkout></till-checkout></till-provider>`),
      '/framed/pricing': () => `<!doctype html><title>Frame</title><iframe src="${site}/pricing" style="width:100%;height:800px"></iframe>`,
      '/sandboxed/pricing': () =>
        `<!doctype html><title>Frame</title><iframe sandbox="${searchParams.get('sandbox')}" src="${site}/pricing" style="width:100%;height:800px"></iframe>`,
      '/visitor/shop': () =>
        html(
          till.url,
          '<till-provider token-url="/visitor/token"><till-checkout></till-checkout><till-subscription-panel></till-subscription-panel></till-provider>',
        ),
      '/account': () => html(till.url, '<h1>Account</h1><till-subscription-panel></till-subscription-panel>'),
      '/members/account': () =>
        html(
          till.url,
          `<h1>Account</h1><till-provider token-url="/token?sub=${subject}"><till-subscription-panel></till-subscription-panel></till-provider>`,
        ),
      '/card-in-shadow': () =>
        html(
          till.url,
          `<h1>Pay here</h1><till-provider><div id="outer"></div></till-provider><script>
            const outer = document.querySelector('#outer').attachShadow({ mode: 'open' });
            outer.innerHTML = '<div id="inner"></div>';
            const inner = outer.querySelector('#inner').attachShadow({ mode: 'open' });
            inner.innerHTML = '<till-plan-picker></till-plan-picker><till-card-form></till-card-form>';
            const wanted = document.body.appendChild(document.createElement('till-card-form')); // the script looks in the document only
            customElements.whenDefined('till-card-form').then(() => wanted.remove());
          </script>`,
          `<script src="${till.sandboxUrl}/stripe.js"></script>`,
        ),
      '/card': () =>
        html(
          till.url,
          '<h1>Pay here</h1><till-plan-picker></till-plan-picker><till-card-form></till-card-form>',
          `<script src="${till.sandboxUrl}/stripe.js"></script>`,
        ),
    };
    if (pathname === '/visitor/token' && shop.visitor === undefined) {
      response.writeHead(401).end();
      return;
    }
    if (pathname === '/visitor/token') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: ownerToken(shop.visitor!, till.now()) }));
      return;
    }
    if (pathname === '/token') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token: ownerToken(subject, till.now()) }));
      return;
    }
    const strict = pathname.startsWith('/strict/');
    const page = pages[strict ? pathname.slice('/strict'.length) : pathname];
    const policy = strict ? { 'content-security-policy': strictPolicy(till.url) } : {};
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(page?.() ?? 'Not found');
  });
  const site = await listen(website);
  till = await startTill({ catalog, origins: [site], jwtSecret, listen: true });
  const contexts: BrowserContext[] = [];
  const shop: Shop = {
    till,
    site,
    visitor: undefined,
    visit: async (path) => {
      const context = await newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
      contexts.push(context);
      const page = await context.newPage();
      await page.addInitScript(() => {
        const seen: unknown[] = [];
        Object.assign(globalThis, { tillEvents: seen });
        for (const type of ['till-checkout-complete', 'till-error', 'till-subscription-change']) {
          document.addEventListener(type, (event) => {
            const { subscriptionId, customerId, code } = event as Event & Record<string, string | undefined>;
            seen.push({ type, subscriptionId, customerId, code });
          });
        }
      });
      await page.goto(site + path);
      return page;
    },
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()));
      await till.close();
      await new Promise((resolve) => website.close(resolve));
    },
  };
  return shop;
}

export interface SeenEvent {
  readonly type: string;
  readonly subscriptionId?: string;
  readonly customerId?: string;
  readonly code?: string;
}

/** What the widgets told the page since it was loaded. */
export const seenEvents = (page: Page): Promise<SeenEvent[]> =>
  page.evaluate(() => (globalThis as unknown as { tillEvents: SeenEvent[] }).tillEvents);
