/**
 * Where the process starts: the environment becomes a checked configuration, or one sentence per fault.
 *
 * Promise: all faults are told at once, no secret is repeated in a sentence, and without a webhook secret there is no
 * configuration at all. This is the only module that knows the names of environment variables.
 */

import { isCidr } from './http/client-prefix.ts';
import { hashSecret } from './identity/session-token.ts';
import { parseOwnerPublicKeys, parseOwnerSecrets, type OwnerKey } from './identity/owner-key.ts';

export interface StripeConfig {
  readonly secretKey: string;
  /** Only ever a loopback address, for the sandbox. */
  readonly apiBase?: URL;
}

export interface TillConfig {
  readonly stripe: StripeConfig;
  /** One to three secrets of webhook endpoints; more than one during a rotation. */
  readonly webhookSecrets: readonly string[];
  /** Exact origins of the pages that may call and be returned to. */
  readonly origins: readonly string[];
  readonly catalogFile: string;
  readonly databaseFile: string;
  readonly publishableKey?: string;
  readonly portalLoginUrl?: string;
  readonly ownerKeys?: readonly OwnerKey[];
  /** Where the owner's backend publishes its keys. */
  readonly ownerJwksUrl?: URL;
  /** The `iss` that the owner's tokens must carry; absent: any. */
  readonly ownerIssuer?: string;
  /** SHA-256 of the keys with which the owner's backend may ask what somebody may use. */
  readonly apiKeyHashes?: readonly string[];
  /** Networks of the owner's own proxies, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** What is done about a second live subscription in one plan group, beside telling of it; default `flag`: nothing. */
  readonly duplicates?: 'flag' | 'cancel_newest';
  readonly hostname: string;
  readonly port: number;
}

export type ConfigResult<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that the server needs; read once, where the process starts. */
export function readConfig(environment: Environment): ConfigResult<TillConfig> {
  const faults: string[] = [];
  const config = {
    stripe: readStripe(environment, faults),
    webhookSecrets: readWebhookSecrets(environment, faults),
    origins: readOrigins(environment, faults),
    catalogFile: readCatalogPath(environment),
    databaseFile: readDatabaseFile(environment),
    ...optional('publishableKey', readPublishableKey(environment, faults)),
    ...optional('portalLoginUrl', readPortalLoginUrl(environment, faults)),
    ...optional('ownerKeys', readOwnerKeys(environment, faults)),
    ...optional('ownerJwksUrl', readOwnerJwksUrl(environment, faults)),
    ...optional('ownerIssuer', value(environment, 'TILL_JWT_ISSUER')),
    ...optional('apiKeyHashes', readApiKeys(environment, faults)),
    trustedProxies: readTrustedProxies(environment, faults),
    ...optional('duplicates', readDuplicates(environment, faults)),
    hostname: value(environment, 'HOST') ?? '0.0.0.0',
    port: readPort(environment, faults),
  };
  demandLiveKey(environment, config.stripe, faults);
  demandOneMode(config, faults);
  refuseTimeZone(environment, faults);
  return faults.length ? { ok: false, faults } : { ok: true, config };
}

/** Whether real money is at stake: a live key says so as well as `NODE_ENV` does. */
export const isProduction = (environment: Environment): boolean =>
  value(environment, 'NODE_ENV') === 'production' || isLiveKey(value(environment, 'STRIPE_SECRET_KEY') ?? '');

/** The part that the command line needs to reach Stripe. */
export function readStripeConfig(environment: Environment): ConfigResult<StripeConfig> {
  const faults: string[] = [];
  const config = readStripe(environment, faults);
  return faults.length ? { ok: false, faults } : { ok: true, config };
}

/** Where the owner's catalog lies. */
export const readCatalogPath = (environment: Environment): string => value(environment, 'TILL_CATALOG') ?? './till.catalog.json';

/** Where the SQLite file lies, unless a module keeps the tables elsewhere. */
export const readDatabaseFile = (environment: Environment): string => value(environment, 'TILL_DATABASE') ?? './till.sqlite';

/** Whether the key belongs to live mode; events of the other mode are ignored. */
export function isLiveKey(secretKey: string): boolean {
  return /^[sr]k_live_/u.test(secretKey);
}

function value(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

function list(environment: Environment, name: string): string[] {
  return (value(environment, name) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function optional<Name extends string, Value>(name: Name, given: Value | undefined): { [N in Name]?: Value } {
  return (given === undefined ? {} : { [name]: given }) as { [N in Name]?: Value };
}

/** Whether a value was copied from an example and never filled in. */
function isPlaceholder(given: string): boolean {
  return /(?:replace|change)[_-]?me|your[_-]|_[x.*…]{4,}$/iu.test(given);
}

function demandFilledIn(name: string, values: readonly string[], faults: string[]): void {
  if (values.some(isPlaceholder)) faults.push(`${name} still has the value of the example: put your own in its place.`);
}

function readStripe(environment: Environment, faults: string[]): StripeConfig {
  const secretKey = value(environment, 'STRIPE_SECRET_KEY') ?? '';
  if (!secretKey) faults.push('STRIPE_SECRET_KEY is missing: copy it from the API keys page of the Stripe dashboard.');
  else if (!/^[sr]k_(?:test|live)_\w+$/u.test(secretKey))
    faults.push('STRIPE_SECRET_KEY must start with sk_test_, sk_live_, rk_test_ or rk_live_.');
  demandFilledIn('STRIPE_SECRET_KEY', [secretKey], faults);
  const apiBase = readApiBase(environment, secretKey, faults);
  return { secretKey, ...optional('apiBase', apiBase) };
}

/** A server that sells with a test key charges nobody. */
function demandLiveKey(environment: Environment, { secretKey }: StripeConfig, faults: string[]): void {
  if (
    value(environment, 'NODE_ENV') === 'production' &&
    secretKey &&
    !isLiveKey(secretKey) &&
    value(environment, 'ALLOW_TEST_MODE') !== '1'
  )
    faults.push('STRIPE_SECRET_KEY is a test key and NODE_ENV is production: nobody would be charged. ALLOW_TEST_MODE=1 allows it.');
}

/** A page with the publishable key of one mode cannot confirm what the secret key of the other has begun. */
function demandOneMode({ stripe: { secretKey }, publishableKey }: Pick<TillConfig, 'stripe' | 'publishableKey'>, faults: string[]): void {
  if (!/^[sr]k_/u.test(secretKey) || !/^pk_(?:test|live)_/u.test(publishableKey ?? '')) return;
  if (isLiveKey(secretKey) !== publishableKey?.startsWith('pk_live_'))
    faults.push('STRIPE_PUBLISHABLE_KEY belongs to the other mode than STRIPE_SECRET_KEY: both are live keys, or both test keys.');
}

/** Pages and mails name the same day only by one zone, and pages know the catalog alone. */
function refuseTimeZone(environment: Environment, faults: string[]): void {
  const zone = value(environment, 'TILL_TIME_ZONE');
  if (zone)
    faults.push(`TILL_TIME_ZONE is read no more: write "timeZone": ${JSON.stringify(zone)} into the catalog, for pages and mails alike.`);
}

function readApiBase(environment: Environment, secretKey: string, faults: string[]): URL | undefined {
  const given = value(environment, 'STRIPE_API_BASE');
  if (!given) return undefined;
  const base = URL.parse(given);
  if (!base || !isLoopback(base) || base.pathname !== '/' || base.search || base.username) {
    faults.push('STRIPE_API_BASE is for a sandbox on this machine only: it must be like http://127.0.0.1:4242.');
    return undefined;
  }
  if (!secretKey.startsWith('sk_test_')) faults.push('STRIPE_API_BASE works with an sk_test_ key only.');
  return base;
}

function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
}

function readWebhookSecrets(environment: Environment, faults: string[]): string[] {
  const secrets = list(environment, 'STRIPE_WEBHOOK_SECRET');
  if (!secrets.length)
    faults.push('STRIPE_WEBHOOK_SECRET is missing: without it anybody could forge events, so the server does not start.');
  if (secrets.length > 3) faults.push('STRIPE_WEBHOOK_SECRET takes at most three secrets, separated by commas.');
  if (secrets.some((secret) => !/^whsec_\S{8,}$/u.test(secret))) faults.push('STRIPE_WEBHOOK_SECRET: each secret starts with whsec_.');
  demandFilledIn('STRIPE_WEBHOOK_SECRET', secrets, faults);
  return secrets;
}

function readOrigins(environment: Environment, faults: string[]): string[] {
  const origins = list(environment, 'TILL_ORIGINS');
  if (!origins.length) faults.push('TILL_ORIGINS is missing: name the origins of your pages, such as https://shop.example.');
  const because = isLiveKey(value(environment, 'STRIPE_SECRET_KEY') ?? '') ? 'STRIPE_SECRET_KEY is a live key' : 'NODE_ENV is production';
  for (const origin of origins) {
    if (!isExactOrigin(origin))
      faults.push(`TILL_ORIGINS: "${origin}" is not an exact origin such as https://shop.example (no path, no *).`);
    else if (isProduction(environment) && origin.startsWith('http:') && !isLoopback(new URL(origin)))
      faults.push(`TILL_ORIGINS: "${origin}" is not encrypted, and ${because}: anybody on the way could change the page.`);
  }
  return origins;
}

/** An origin as a browser writes it in the `Origin` header: lower case, no path, no default port. */
export function isExactOrigin(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && /^https?:$/u.test(url.protocol) && url.origin === origin && !origin.includes('*');
}

function readPublishableKey(environment: Environment, faults: string[]): string | undefined {
  const key = value(environment, 'STRIPE_PUBLISHABLE_KEY');
  if (key && !/^pk_(?:test|live)_\w+$/u.test(key))
    faults.push('STRIPE_PUBLISHABLE_KEY must start with pk_test_ or pk_live_; a secret key must never be here.');
  demandFilledIn('STRIPE_PUBLISHABLE_KEY', [key ?? ''], faults);
  return key;
}

function readPortalLoginUrl(environment: Environment, faults: string[]): string | undefined {
  const address = value(environment, 'TILL_PORTAL_LOGIN_URL');
  const url = address === undefined ? undefined : URL.parse(address);
  if (url === null || (url && url.protocol !== 'https:' && !isLoopback(url)))
    faults.push('TILL_PORTAL_LOGIN_URL must be an https address.');
  demandFilledIn('TILL_PORTAL_LOGIN_URL', [address ?? ''], faults);
  return address;
}

function readOwnerKeys(environment: Environment, faults: string[]): readonly OwnerKey[] | undefined {
  const secret = value(environment, 'TILL_JWT_SECRET');
  const pem = value(environment, 'TILL_JWT_PUBLIC_KEY')?.replaceAll(String.raw`\n`, '\n');
  if (secret && pem) faults.push('Set TILL_JWT_SECRET or TILL_JWT_PUBLIC_KEY, not both.');
  const keys = secret ? parseOwnerSecrets(secret) : pem ? parseOwnerPublicKeys(pem) : undefined;
  if (typeof keys === 'string') faults.push(keys);
  return typeof keys === 'string' ? undefined : keys;
}

function readOwnerJwksUrl(environment: Environment, faults: string[]): URL | undefined {
  const given = value(environment, 'TILL_JWT_JWKS');
  if (!given) return undefined;
  const url = URL.parse(given);
  if (url && !url.username && (url.protocol === 'https:' || isLoopback(url))) return url;
  faults.push('TILL_JWT_JWKS must be an https address such as https://shop.example/.well-known/jwks.json.');
  return undefined;
}

function readApiKeys(environment: Environment, faults: string[]): readonly string[] | undefined {
  const keys = list(environment, 'TILL_API_KEYS');
  if (keys.some((key) => !/^[\w.~+/=-]{32,255}$/u.test(key) || key.startsWith('till_')))
    faults.push('TILL_API_KEYS: each key has 32 characters or more; `openssl rand -hex 32` makes one.');
  return keys.length ? keys.map(hashSecret) : undefined;
}

function readTrustedProxies(environment: Environment, faults: string[]): string[] {
  const networks = list(environment, 'TRUSTED_PROXY_CIDRS');
  for (const network of networks.filter((text) => !isCidr(text)))
    faults.push(`TRUSTED_PROXY_CIDRS: "${network}" is not a network such as 10.0.0.0/8.`);
  return networks;
}

function readDuplicates(environment: Environment, faults: string[]): 'flag' | 'cancel_newest' | undefined {
  const given = value(environment, 'TILL_DUPLICATES');
  if (given === undefined || given === 'flag' || given === 'cancel_newest') return given;
  faults.push('TILL_DUPLICATES must be flag or cancel_newest.');
  return undefined;
}

function readPort(environment: Environment, faults: string[]): number {
  const port = Number(value(environment, 'PORT') ?? '8787');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) faults.push('PORT must be a whole number up to 65535.');
  return port;
}
