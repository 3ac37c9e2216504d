/**
 * Module outgoing-webhooks: tells the owner's own systems what happened, in the format of Standard Webhooks.
 *
 * Promise: addresses come from the environment only; each gets every fact at least once, signed, under an id that stays the
 * same over all tries, for about a day. Nothing goes into a private network.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { isProduction, type Environment } from '../../config.ts';
import type { ReadModule, TillModule } from '../../module.ts';
import { Undeliverable, type OutboxConsumer } from '../../outbox/outbox-worker.ts';
import type { WrittenEntry } from '../../store/outbox.ts';
import type { Till } from '../../till.ts';
import { isPublicAddress } from './public-addresses.ts';
import { bare, isOwnMachine, post, type Resolve } from './post.ts';
import { parseSecret, signedHeaders } from './signature.ts';

export interface OutgoingWebhooksOptions {
  readonly urls: readonly URL[];
  /** One, or two during a rotation. */
  readonly keys: readonly Buffer[];
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
  /** Milliseconds; default 15 seconds, as the specification advises. */
  readonly timeout?: number;
}

const gone = 410;
/** The specification's advice for a message. */
const longestBody = 20_000;
const answerTimeout = 15_000;

/** The module with checked addresses and keys. */
export function outgoingWebhooks(options: OutgoingWebhooksOptions): TillModule {
  return {
    name: 'outgoing-webhooks',
    introduction: `signed events to ${options.urls.map(({ host }) => host).join(', ')}`,
    install(till) {
      const closed = new Set<string>();
      return {
        consumers: options.urls.map((url) => consumerOf(url, options, till, closed)),
        checks: async () => ({ 'outgoing-webhooks': closed.size ? 'degraded' : 'ok' }),
      };
    },
  };
}

/** One for each address, so that a receiver that fails holds up no other. `closed`: addresses that want nothing more. */
function consumerOf(
  url: URL,
  { keys, resolve, timeout = answerTimeout }: OutgoingWebhooksOptions,
  { now, log }: Pick<Till, 'now' | 'log'>,
  closed: Set<string>,
): OutboxConsumer {
  const name = `outgoing-webhooks-${createHash('sha256').update(url.href).digest('hex').slice(0, 12)}`;
  return {
    name,
    async deliver(entry) {
      if (closed.has(name)) throw new Undeliverable('The receiver is gone until the server starts again.');
      const body = toBody(entry);
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Tillkit',
        ...signedHeaders({ id: entry.id, body }, keys, now()),
      };
      const status = await post(url, { headers, body, timeout, ...(resolve && { resolve }) });
      if (status === gone) {
        closed.add(name);
        log.warn('outgoing_webhooks.gone', { message: name });
        throw new Undeliverable('The receiver answered 410.');
      }
      if (status < 200 || status > 299) throw new Error(`The receiver answered ${status}.`);
    },
  };
}

/** The moment is that of the fact, not of the try: the body stays the same to the letter. */
function toBody({ type, createdAt, payload }: WrittenEntry): string {
  const body = JSON.stringify({ type, timestamp: new Date(createdAt * 1000).toISOString(), data: payload });
  if (Buffer.byteLength(body) >= longestBody) throw new Undeliverable('The fact is too long for a webhook.');
  return body;
}

export const readModule: ReadModule = (environment, faults) => {
  const urls = listOf(environment.TILL_WEBHOOK_URLS).flatMap((text, at) => readUrl(text, at + 1, environment, faults));
  const secrets = listOf(environment.TILL_WEBHOOK_SECRETS);
  const keys = secrets.flatMap((secret) => parseSecret(secret) ?? []);
  if (secrets.length === 0) faults.push('TILL_WEBHOOK_SECRETS is missing: nobody could tell that a webhook is yours.');
  if (secrets.length > 2) faults.push('TILL_WEBHOOK_SECRETS takes one secret, or two during a rotation.');
  if (keys.length < secrets.length)
    faults.push('TILL_WEBHOOK_SECRETS: each is whsec_ and 24 to 64 random bytes in Base64, as `openssl rand -base64 32` makes them.');
  return outgoingWebhooks({ urls, keys });
};

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** An address may hold a secret of the receiver's, so that faults name it by its place only. */
function readUrl(text: string, place: number, environment: Environment, faults: string[]): URL[] {
  const url = URL.parse(text);
  const fault = (sentence: string): URL[] => {
    faults.push(`TILL_WEBHOOK_URLS: address ${place} ${sentence}`);
    return [];
  };
  if (!url) return fault('is not a URL.');
  if (url.username || url.password || url.hash) return fault('must have no user, password or fragment.');
  if (isOwnMachine(url)) return isProduction(environment) ? fault('is on this machine, and this is production.') : [url];
  if (url.protocol !== 'https:') return fault('must begin with https://.');
  const host = bare(url.hostname);
  const isName = isIP(host) === 0 && !/(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/u.test(host);
  return isName || isPublicAddress(host) ? [url] : fault('leads into a private network.');
}
