/**
 * All seven steps on this machine: a sandbox in the place of Stripe, the companion server, and an owner's site.
 *
 * Promise: nothing here is a short cut. The catalog reaches the sandbox by `till catalog apply`, webhooks are signed and
 * delivered over HTTP, and the pages stand on another origin than the server. Only the clock is shared, so that it can be turned.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '@tillkit/sandbox';
import { createLog, createTillApp, openStore, readConfig, serve } from '@tillkit/server';
import { readModules } from '@tillkit/server/modules';
import { buildScriptTag, isScriptTagFresh } from '../build/script-tag.ts';
import { at } from '../paths.ts';
import { mustRun } from '../run.ts';
import { serveMails } from './mails.ts';
import { servePages } from './pages.ts';
import { freePorts } from './ports.ts';

export interface Demo {
  readonly urls: {
    readonly pricing: string;
    readonly manage: string;
    readonly card: string;
    readonly clock: string;
    /** Where mails end up. */
    readonly mails: string;
    readonly till: string;
  };
  close(): Promise<void>;
}

const jwtSecret = 'a secret that only the demo shop and its till know';
const secretKey = 'sk_test_demo';
const host = '127.0.0.1';

/** What the owner clicks in Stripe's dashboard: an endpoint for webhooks, which answers its signing secret. */
async function createWebhookEndpoint(sandboxUrl: string, tillUrl: string): Promise<string> {
  const response = await fetch(`${sandboxUrl}/v1/webhook_endpoints`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ url: `${tillUrl}/webhooks/stripe`, 'enabled_events[0]': '*' }),
  });
  const { secret } = (await response.json()) as { secret?: string };
  if (!response.ok || !secret) throw new Error(`The sandbox refused the webhook endpoint (${response.status}).`);
  return secret;
}

/** `till catalog apply`, the owner's own way of filling Stripe. */
async function applyCatalog(catalogFile: string, sandboxUrl: string): Promise<void> {
  const environment = { STRIPE_SECRET_KEY: secretKey, STRIPE_API_BASE: sandboxUrl, TILL_CATALOG: catalogFile };
  await mustRun('node', ['--conditions=source', 'packages/server/src/cli.ts', 'catalog', 'apply'], environment);
}

interface Addresses {
  readonly site: string;
  readonly tillPort: number;
  readonly tillUrl: string;
  readonly sandboxUrl: string;
  readonly smtpUrl: string;
}

/** The companion server with a database of its own that is forgotten afterwards; only its warnings are shown. */
async function startServer(
  { site, tillPort, tillUrl, sandboxUrl, smtpUrl }: Addresses,
  catalogFile: string,
  now: () => number,
): Promise<{ close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-demo-'));
  const read = readConfig({
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_API_BASE: sandboxUrl,
    STRIPE_WEBHOOK_SECRET: await createWebhookEndpoint(sandboxUrl, tillUrl),
    STRIPE_PUBLISHABLE_KEY: 'pk_test_demo',
    TILL_ORIGINS: site,
    TILL_CATALOG: catalogFile,
    TILL_DATABASE: join(folder, 'till.sqlite'),
    TILL_JWT_SECRET: jwtSecret,
  });
  if (!read.ok) throw new Error(read.faults.join('\n'));
  const { config } = read;
  const modules = await readModules({ SMTP_URL: smtpUrl, TILL_MAIL_FROM: 'Halyard <billing@halyard.example>' });
  if (!modules.ok) throw new Error(modules.faults.join('\n'));
  const store = await openStore(config.databaseFile, modules.config);
  const limits = { checkout: [{ seconds: 60, limit: 600 }] }; // a person who clicks through the demo is no attack
  const log = { ...createLog(), info: () => undefined };
  const server = await serve(createTillApp({ config, store, modules: modules.config, now, log, limits }), {
    hostname: host,
    port: tillPort,
  });
  return {
    close: async () => {
      await server.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts everything for one of examples/catalogs. */
export async function startDemo(catalog: string): Promise<Demo> {
  if (!isScriptTagFresh()) await buildScriptTag();
  const wished = [4173, 8787, 4242, 4243, 4025, 4080];
  const [pagesPort = 0, tillPort = 0, sandboxPort = 0, cardPort = 0, smtpPort = 0, mailsPort = 0] = await freePorts(wished);
  const origin = (port: number): string => `http://${host}:${port}`;
  const [site, tillUrl, sandboxUrl] = [origin(pagesPort), origin(tillPort), origin(sandboxPort)];

  const sandbox = createSandbox({ publicUrl: sandboxUrl, cardOrigin: origin(cardPort) });
  const now = (): number => sandbox.clock.now();
  const listening = [await sandbox.listen({ port: sandboxPort, hostname: host }), await sandbox.listen({ port: cardPort, hostname: host })];
  const catalogFile = at(`examples/catalogs/${catalog}.json`);
  await applyCatalog(catalogFile, sandboxUrl);
  const mails = await serveMails(smtpPort, mailsPort);
  const server = await startServer({ site, tillPort, tillUrl, sandboxUrl, smtpUrl: mails.smtpUrl }, catalogFile, now);
  const pages = await servePages({ port: pagesPort, tillUrl, sandboxUrl, jwtSecret, now });

  return {
    urls: {
      pricing: `${site}/`,
      manage: `${site}/manage.html`,
      card: `${site}/card.html`,
      clock: `${sandboxUrl}/_sandbox/`,
      mails: mails.url,
      till: `${tillUrl}/till.js`,
    },
    close: async () => {
      pages.closeAllConnections();
      await new Promise((resolve) => pages.close(resolve));
      await server.close();
      await mails.close();
      await Promise.all(listening.map((one) => one.close()));
    },
  };
}
