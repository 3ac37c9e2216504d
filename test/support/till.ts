/**
 * A whole companion server in memory, with the sandbox as its Stripe and a clock that both go by.
 *
 * Nothing here is a mock: webhooks are signed by the sandbox and verified by the server, the catalog is put into the
 * sandbox by the same code as `till catalog apply` (test/support/applied-catalog.ts).
 */
import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import * as v from 'valibot';
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { ProblemSchema, type CheckoutSessionResponse, type SessionResponse } from '@tillkit/core/contract/contract';
import { errorCodes, type ErrorCode } from '@tillkit/core/contract/error-codes';
import { createSandbox, type Sandbox, type SandboxOptions } from '@tillkit/sandbox';
import { createTillApp, openStore, serve, type Store, type TillApp, type TillAppOptions, type TillConfig } from '@tillkit/server';
import type { TillModule } from '@tillkit/server/module';
import type { Database } from '@tillkit/server/store/database';
import { parseOwnerSecret, type OwnerKey } from '@tillkit/server/identity/owner-key';
import { operations } from '@tillkit/server/ops/api-description';
import { createStripeGateway, type StripeGateway } from '@tillkit/server/stripe/gateway';
import { observe } from '../contract/observer.ts';
import { withAppliedCatalog } from './applied-catalog.ts';
import { openMigratedSqlite } from './migrated-sqlite.ts';
import { recordedLog, type Logged } from './recorded-log.ts';

export const shop = 'https://shop.example';
const tillOrigin = 'https://till.example';
const ownerSecret = 'the owner and the server share this secret';
/** 1 May 2027, 12:00 UTC: no test depends on which day it is. */
export const defaultNow = 1_809_172_800;

export interface StartTillOptions {
  /** Name of an example catalog, or a catalog file's content; default `team-suite`. */
  readonly catalog?: string | object;
  /** Unix seconds at which the clock stands; turn it by `sandbox.clock`. */
  readonly now?: number;
  /** Pages that may call; default the `shop`. */
  readonly origins?: readonly string[];
  /** What the owner's backend signs its tokens with. */
  readonly jwtSecret?: string;
  /** Serves sandbox and server on loopback ports too, for a browser. */
  readonly listen?: boolean;
  /** Where the tables are; default SQLite in memory. */
  readonly database?: Database;
  readonly modules?: readonly TillModule[];
  /** What Stripe does otherwise than usual. */
  readonly stripe?: Pick<SandboxOptions, 'afterRetries' | 'webhookMode'>;
  readonly config?: Partial<TillConfig>;
  readonly app?: Partial<TillAppOptions>;
  /** Whether every call to Stripe is held against its contract, which takes time; default true. */
  readonly observed?: boolean;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly origin?: string | null;
  readonly headers?: Record<string, string>;
  /** The address that the socket has. */
  readonly from?: string;
}

export interface TestTill {
  readonly app: TillApp;
  readonly sandbox: Sandbox;
  readonly store: Store;
  readonly stripe: StripeGateway;
  readonly file: CatalogFile;
  readonly webhookSecret: string;
  readonly config: TillConfig;
  /** Every request that the server made to Stripe, as `POST /v1/customers`. */
  readonly stripeCalls: string[];
  /** The same with query and body, to see that something was not in them. */
  readonly stripeSent: string[];
  readonly logged: Logged;
  now(): number;
  /** A request as a page of the shop sends it. `Body` is what the caller expects to read. */
  call<Body = Record<string, never>>(method: string, path: string, options?: CallOptions): Promise<Answer<Body>>;
  /** A JWT as the owner's backend mints it. */
  ownerToken(sub: string, claims?: Record<string, unknown>): Promise<string>;
  /** Signs somebody in by the owner's token; answers the session token. */
  signIn(sub: string, claims?: Record<string, unknown>): Promise<string>;
  /** Completes a checkout on Stripe's page, as a person would; answers where the page leads. */
  pay(checkoutSessionId: string, card?: string, email?: string): Promise<string>;
  /** Opens a checkout, completes it and comes back from it. */
  buy(selection: unknown, options?: { readonly token?: string | undefined; readonly card?: string }): Promise<Purchase>;
  /** Waits until all webhooks were delivered and applied. */
  settle(): Promise<void>;
  /** Turns the clock, with everything that happens on the way. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** What a page has after the return from a checkout. */
export interface Purchase {
  readonly token: string;
  readonly checkout: NonNullable<SessionResponse['checkout']>;
}

/** Stripe's test cards that tests pay with. */
export const cards = {
  works: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  /** Can be saved; every charge afterwards is declined. */
  declinedLater: '4000 0000 0000 0341',
  /** The bank asks the customer at every payment. */
  authentication: '4000 0027 6000 3184',
  /** Paid, and then disputed at the bank. */
  disputed: '4000 0000 0000 0259',
};

/** A server that a browser can reach. */
export interface RunningTill extends TestTill {
  readonly url: string;
  readonly sandboxUrl: string;
}

/** Limits that no test meets which is not about them. */
const unlimited = { checkout: [], preview: [], code: [], signIn: [], write: [], read: [] };

/** Starts a server with a filled sandbox. */
export function startTill(options: StartTillOptions & { readonly listen: true }): Promise<RunningTill>;
export function startTill(options?: StartTillOptions): Promise<TestTill>;
export async function startTill(options: StartTillOptions = {}): Promise<TestTill> {
  const { catalog = 'team-suite', now = defaultNow, origins = [shop], jwtSecret = ownerSecret, config, app: more } = options;
  const receiver: { app?: TillApp } = {};
  const sandbox = createSandbox({
    now,
    ...(options.observed !== false && { observe }),
    ...options.stripe,
    deliver: async (request) => (await receiver.app?.fetch(request)) ?? new Response(null, { status: 503 }),
  });
  const clock = () => sandbox.clock.now();
  const stripeCalls: string[] = [];
  const stripeSent: string[] = [];
  const { log, logged } = recordedLog();
  const stripeFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    stripeCalls.push(`${request.method} ${pathname}`);
    stripeSent.push(`${request.method} ${pathname}${search} ${decodeURIComponent((await request.clone().text()).replaceAll('+', ' '))}`);
    return sandbox.fetch(request);
  };
  const stripeConfig = { secretKey: 'sk_test_till' };
  const stripe = createStripeGateway(stripeConfig, stripeFetch);
  const file = await withAppliedCatalog(sandbox, catalog, { now, ...options.stripe });
  const webhookSecret = await createEndpoint(stripe);

  const store = await openStore(options.database ?? (await openMigratedSqlite()), options.modules);
  const tillConfig: TillConfig = {
    stripe: stripeConfig,
    webhookSecrets: [webhookSecret],
    origins,
    catalogFile: '',
    databaseFile: ':memory:',
    publishableKey: 'pk_test_till',
    ownerKeys: [parseOwnerSecret(jwtSecret) as OwnerKey],
    trustedProxies: [],
    hostname: '127.0.0.1',
    port: 0,
    ...config,
  };
  const app = createTillApp({
    config: tillConfig,
    store,
    ...(options.modules && { modules: options.modules }),
    stripeFetch,
    catalogFile: async () => file,
    limits: unlimited,
    backgroundCallsPerSecond: Infinity,
    now: clock,
    log,
    ...more,
  });
  receiver.app = app;

  const till: TestTill = {
    app,
    sandbox,
    store,
    stripe,
    file,
    webhookSecret,
    config: tillConfig,
    stripeCalls,
    stripeSent,
    logged,
    now: clock,
    async call(method, path, { body, token, origin = shop, headers = {}, from } = {}) {
      const request = new Request(tillOrigin + path, {
        method,
        headers: {
          ...(origin !== null && { origin }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const response = await app.fetch(request, from === undefined ? {} : { incoming: { socket: { remoteAddress: from } } });
      const text = await response.text();
      keepsContract(method, path, response, text);
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
    },
    ownerToken: (sub, claims) => mintOwnerToken(sub, { now: clock(), secret: jwtSecret, claims }),
    async signIn(sub, claims) {
      const token = await till.ownerToken(sub, claims);
      const { status, body } = await till.call<{ token: string }>('POST', '/v1/sessions', { body: { token } });
      if (status !== 201) throw new Error(`Signing in was answered ${status}: ${JSON.stringify(body)}`);
      return body.token;
    },
    async pay(checkoutSessionId, card = cards.works, email = 'buyer@example.com') {
      const fields = { email, number: card, expiry: '12 / 40', cvc: '123', name: 'A Buyer' };
      const url = `http://sandbox.localhost/c/pay/${checkoutSessionId}`;
      const response = await sandbox.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(fields) }));
      return response.headers.get('location') ?? '';
    },
    async buy(selection, { token, card } = {}) {
      const { verifier, verifierHash } = newVerifier();
      const opened = await till.call<CheckoutSessionResponse>('POST', '/v1/checkout-sessions', {
        token,
        body: { selection, returnUrl: shop, verifierHash },
      });
      if (opened.status !== 201) throw new Error(`The checkout was answered ${opened.status}: ${JSON.stringify(opened.body)}`);
      const { checkoutSessionId } = opened.body;
      await till.pay(checkoutSessionId, card);
      const back = await till.call<Purchase>('POST', '/v1/sessions', { body: { checkoutSessionId, verifier } });
      if (back.status !== 201) throw new Error(`The return was answered ${back.status}: ${JSON.stringify(back.body)}`);
      return back.body;
    },
    async settle() {
      await sandbox.deliveries.flush();
      await app.drain();
      // applying may itself change something at Stripe, which is told by further events
      await sandbox.deliveries.flush();
      await app.drain();
    },
    async advance(seconds) {
      await sandbox.clock.advance(seconds);
      await till.settle();
    },
    async close() {
      await till.settle();
      await app.stop();
      await store.close();
    },
  };
  return options.listen ? listening(till) : till;
}

/** Every answer in every test is what the contract says. */
function keepsContract(method: string, path: string, { status, headers }: Response, text: string): void {
  if (headers.get('content-type') === 'application/problem+json') {
    const { code } = v.parse(ProblemSchema, JSON.parse(text));
    if (errorCodes[code as ErrorCode]?.status !== status) throw new Error(`${code} was answered with ${status}.`);
  } else if (status < 300 && text) {
    const { pathname } = new URL(path, tillOrigin);
    const operation = operations.find((known) => known.method === method.toLowerCase() && matches(known.path, pathname));
    if (operation?.response) v.parse(operation.response, JSON.parse(text));
  }
}

/** Whether a path is one of a pattern such as `/v1/subscriptions/:id`. */
function matches(pattern: string, pathname: string): boolean {
  const [parts, given] = [pattern.split('/'), pathname.split('/')];
  return parts.length === given.length && parts.every((part, at) => part.startsWith(':') || part === given[at]);
}

async function listening(till: TestTill): Promise<RunningTill> {
  const sandboxServer = await till.sandbox.listen({ port: 0 });
  const server = await serve(till.app, { hostname: '127.0.0.1', port: 0 });
  return {
    ...till,
    url: server.url,
    sandboxUrl: sandboxServer.url,
    async close() {
      await till.settle();
      await server.close();
      await sandboxServer.close();
      await till.store.close();
    },
  };
}

/** A verifier as the widget makes it, with the hash that the server gets. */
export function newVerifier(): { verifier: string; verifierHash: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, verifierHash: createHash('sha256').update(verifier).digest('base64url') };
}

async function createEndpoint(stripe: StripeGateway): Promise<string> {
  const client = await stripe();
  const endpoint = await client.webhookEndpoints.create({ url: `${tillOrigin}/webhooks/stripe`, enabled_events: ['*'] });
  return endpoint.secret!;
}

function mintOwnerToken(
  sub: string,
  { now, secret, claims = {} }: { now: number; secret: string; claims?: Record<string, unknown> | undefined },
): Promise<string> {
  return new SignJWT({ aud: 'till', sub, iat: now, exp: now + 300, jti: randomBytes(16).toString('hex'), ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(createSecretKey(secret, 'utf8'));
}
