/**
 * The companion server as one web-standard app: `Request` in, `Response` out, testable without a port.
 *
 * The order of the routes is the order of the seven steps: catalog → selection → quote → checkout → webhook →
 * subscription → panel; selection and quote happen in the browser and are checked here again.
 */
import { paths } from '@tillkit/core/contract/paths';
import { paymentMethodPaths } from '@tillkit/core/contract/payment-method-paths';
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import { Hono } from 'hono';
import { createCatalogSource } from './catalog/catalog-source.ts';
import { catalog } from './catalog/catalog.ts';
import { patientCatalog } from './catalog/patient-catalog.ts';
import { readCatalogFile } from './catalog/read-catalog-file.ts';
import { checkoutSessions } from './checkout/checkout-sessions.ts';
import { entitlements } from './entitlement/entitlements.ts';
import { discounts } from './checkout/discounts.ts';
import type { TillConfig } from './config.ts';
import { BillingError } from './http/billing-error.ts';
import { createClientPrefix } from './http/client-prefix.ts';
import { allowOrigins, openToAll } from './http/cors.ts';
import { tellForeignOrigins } from './http/foreign-origins.ts';
import { answerError } from './http/problem.ts';
import { limitRequests, type Limits } from './http/limits.ts';
import { createRequestId } from './http/request-id.ts';
import { securityHeaders } from './http/security-headers.ts';
import { changedAddressesJob } from './identity/changed-address.ts';
import { loosenDeleted } from './identity/deleted-customer.ts';
import { sessions } from './identity/sessions.ts';
import type { SignIn } from './identity/sign-in.ts';
import type { ModuleParts, TillModule } from './module.ts';
import { operations, type Operation } from './ops/api-description.ts';
import { health } from './ops/health.ts';
import { JobRunner } from './ops/jobs.ts';
import { createLog, type Log } from './ops/log.ts';
import { openapi } from './ops/openapi.ts';
import { requestLog } from './ops/request-log.ts';
import { retentionJobs } from './ops/retention.ts';
import { findScriptDirectory, scriptAssets } from './ops/script-assets.ts';
import { OutboxWorker } from './outbox/outbox-worker.ts';
import { paymentMethods } from './payment-methods/payment-methods.ts';
import { previews } from './preview/previews.ts';
import type { TableDescriptions } from './store/personal-data.ts';
import type { Store } from './store/store.ts';
import { createStripeGateway } from './stripe/gateway.ts';
import { backgroundCallsPerSecond } from './stripe/pace.ts';
import { readPrices } from './stripe/price-facts.ts';
import { createStripeTraffic } from './stripe/traffic.ts';
import { changes } from './subscription/changes.ts';
import { pendingChangesJob } from './subscription/one-at-a-time.ts';
import { invoices } from './subscription/invoices.ts';
import { lifecycle } from './subscription/lifecycle.ts';
import { createMirror } from './subscription/mirror.ts';
import { portalSessions } from './subscription/portal-sessions.ts';
import { subscriptions } from './subscription/subscriptions.ts';
import type { Till, TillEnv } from './till.ts';
import { createSweeps, type Sweeps } from './webhook/sweeps.ts';
import { webhooks } from './webhook/webhooks.ts';
import { InboxWorker } from './webhook/worker.ts';

export interface TillAppOptions {
  readonly config: TillConfig;
  readonly store: Store;
  /** What the owner switched on beyond the default server. */
  readonly modules?: readonly TillModule[];
  /** Replaces the network to Stripe, for a sandbox in the same process. */
  readonly stripeFetch?: typeof globalThis.fetch;
  /** The owner's catalog; default: the file that the configuration names. */
  readonly catalogFile?: () => Promise<CatalogFile>;
  /** Folder of the built script tag. */
  readonly scriptDirectory?: string;
  /** Turns that one network has on the routes; what is not given stays at `defaultLimits` of http/limits.ts. */
  readonly limits?: Partial<Limits>;
  /** Calls a second that events and sweeps may cause at Stripe; default 12. */
  readonly backgroundCallsPerSecond?: number;
  /** Unix seconds; default: the system clock. */
  readonly now?: () => number;
  readonly log?: Log;
}

export interface TillApp {
  readonly fetch: (request: Request, bindings?: unknown) => Response | Promise<Response>;
  readonly request: Hono<TillEnv>['request'];
  readonly routes: Hono<TillEnv>['routes'];
  /** Applies what was acknowledged before the process last ended, loads the catalog, and does the work that is due. */
  start(): void;
  /** Resolves when every acknowledged event is applied or put off, and told or put off. */
  drain(): Promise<void>;
  /** Does now whatever repeated work is due. */
  runJobs(): Promise<void>;
  readonly sweeps: Sweeps;
  /** Answers 503 on `/readyz` and finishes the event at hand. */
  stop(): Promise<void>;
}

export function createTillApp(options: TillAppOptions): TillApp {
  const signIns: SignIn[] = [];
  const personalData: Record<string, TableDescriptions[string]> = {};
  const till = createTill(options, { signIns, personalData, told: () => outbox.wake() });
  const parts = (options.modules ?? []).map((module) => module.install?.(till) ?? {});
  signIns.push(...parts.flatMap(({ signIn }) => signIn ?? []));
  Object.assign(personalData, ...parts.map((part) => part.personalData));

  const consumers = parts.flatMap(({ consumers: more = [] }) => more);
  const outbox = new OutboxWorker(till, consumers);
  const background = inBackground(till, options, () => outbox.wake());
  const worker = new InboxWorker(background, () => outbox.wake());
  const sweeps = createSweeps(background, () => worker.wake());
  const jobs = new JobRunner(till, [
    ...sweeps.jobs,
    ...retentionJobs(till),
    pendingChangesJob(background),
    changedAddressesJob(background),
    ...parts.flatMap(({ jobs: more = [] }) => more),
  ]);
  const works = [worker, outbox, ...parts.flatMap(({ works: more = [] }) => more)];
  let stopping = false;
  const app = createRoutes(till, parts, worker, {
    scripts: options.scriptDirectory ?? findScriptDirectory(),
    isStopping: () => stopping,
    limits: options.limits,
  });

  return {
    fetch: (request, bindings) => app.fetch(request, bindings as object),
    request: app.request,
    routes: app.routes,
    sweeps,
    runJobs: () => jobs.runDue(),
    start() {
      for (const work of works) work.wake();
      jobs.start();
      till.catalog.current().catch((error: unknown) => till.log.warn('catalog.unavailable', { error }));
    },
    async drain() {
      await worker.idle();
      outbox.wake();
      for (const work of works) await work.idle();
    },
    async stop() {
      stopping = true;
      await Promise.all([...works, jobs].map((work) => work.stop()));
    },
  };
}

interface RouteOptions {
  readonly scripts: string;
  readonly isStopping: () => boolean;
  readonly limits: Partial<Limits> | undefined;
}

/** What comes first is asked first: the order of these lines is the order in which a request meets them. */
function createRoutes(
  till: Till,
  parts: readonly ModuleParts[],
  worker: InboxWorker,
  { scripts, isStopping, limits }: RouteOptions,
): Hono<TillEnv> {
  const allOperations = [...operations, ...parts.flatMap(({ operations: more = [] }) => more)];
  const checks = parts.flatMap((part) => part.checks ?? []);
  const watchers = parts.flatMap(({ onRequest }) => onRequest ?? []);
  const answer = answerError(till.log);
  const app = new Hono<TillEnv>({ strict: false })
    .onError(answer)
    .notFound((c) => answer(new BillingError('not_found'), c))
    .use(createRequestId(till.config.trustedProxies), requestLog(till.log, watchers), securityHeaders)
    .route('/', scriptAssets(till, scripts))
    .route('/', openapi(allOperations))
    .route('/', health(till, { isStopping, checks }))
    .route('/webhooks', webhooks(till, worker))
    .use(paths.catalog, openToAll)
    .route(paths.catalog, catalog(till))
    .use(
      '/v1/*',
      allowOrigins(till.config.origins, tellForeignOrigins(till.config.origins, till)),
      limitRequests({ ...till, limits }),
      loosenDeleted(till),
    )
    .route(paths.previews, previews(till))
    .route(paths.discounts, discounts(till))
    .route(paths.checkoutSessions, checkoutSessions(till))
    .route(paths.sessions, sessions(till))
    .route(paths.subscriptions, subscriptions(till))
    .route(paths.subscriptions, changes(till))
    .route(paths.subscriptions, lifecycle(till))
    .route(paths.invoices, invoices(till))
    .route(paymentMethodPaths.all, paymentMethods(till))
    .route('/v1/portal-sessions', portalSessions(till))
    .route('/v1/entitlements', entitlements(till));
  for (const { routes } of parts) if (routes) app.route('/', routes);
  refuseOtherMethods(app, allOperations);
  return app;
}

/** What events cause is read at a pace that leaves Stripe's limit to people who wait. */
function inBackground(till: Till, { stripeFetch, ...options }: TillAppOptions, told: () => void): Till {
  const stripe = createStripeGateway(till.config.stripe, stripeFetch, {
    callsPerSecond: options.backgroundCallsPerSecond ?? backgroundCallsPerSecond,
    traffic: till.stripeTraffic,
  });
  const catalog = patientCatalog(till.catalog);
  return { ...till, stripe, catalog, mirror: createMirror({ ...till, stripe, catalog, told }) };
}

/** What the parts of a till need that are made after it. */
interface Later {
  readonly signIns: readonly SignIn[];
  readonly personalData: TableDescriptions;
  /** Told that there is something new in the outbox. */
  readonly told: () => void;
}

function createTill(
  { config, store, stripeFetch, catalogFile, modules = [], now = systemClock, log = createLog() }: TillAppOptions,
  { signIns, personalData, told }: Later,
): Till {
  const traffic = createStripeTraffic(now);
  const stripe = createStripeGateway(config.stripe, stripeFetch, { traffic });
  const { publishableKey, portalLoginUrl } = config;
  const shown = Object.assign({}, ...modules.map((module) => module.shown)) as NonNullable<TillModule['shown']>;
  const source = createCatalogSource({
    file: catalogFile ?? (() => readCatalogFile(config.catalogFile)),
    readPrices: (lookupKeys) => readPrices(stripe, lookupKeys),
    ...(publishableKey && { publishableKey }),
    ...(portalLoginUrl && { portalLoginUrl }),
    ...shown,
    now,
    log,
  });
  return {
    config,
    store,
    stripe,
    stripeTraffic: traffic,
    signIns,
    personalData,
    now,
    log,
    mirror: createMirror({ stripe, store, catalog: source, now, told }),
    catalog: source,
    clientPrefix: createClientPrefix(config.trustedProxies),
  };
}

const systemClock = (): number => Math.floor(Date.now() / 1000);

/** 405 with `Allow` for a path that exists. */
function refuseOtherMethods(app: Hono<TillEnv>, all: readonly Operation[]): void {
  for (const [path, group] of Map.groupBy(all, (operation) => operation.path)) {
    const allowed = group.map(({ method }) => method.toUpperCase()).join(', ');
    app.all(path, (c) => {
      c.header('Allow', allowed);
      throw new BillingError('method_not_allowed');
    });
  }
}
