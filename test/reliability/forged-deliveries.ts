/** Forty ways to a delivery that Stripe did not send: each is a genuine one of this moment, spoiled in one point. */
import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { eventBody, hmac, signatureOf, type Delivery } from './signed.ts';

/** What the forger of a case has: a genuine delivery, and the moment; the secret only where the case says why. */
interface Genuine {
  readonly at: number;
  readonly secret: string;
  readonly body: string;
  readonly v1: string;
  readonly signature: string;
}

const another = 'whsec_of_somebody_elses_endpoint';
const otherMode = 'whsec_of_the_same_owner_in_the_other_mode';

type Forge = (genuine: Genuine) => Delivery;

const header =
  (write: (genuine: Genuine) => string | null): Forge =>
  (genuine) => ({ body: genuine.body, signature: write(genuine) });
const bytes =
  (write: (genuine: Genuine) => Delivery['body'], headers: Readonly<Record<string, string>> = {}): Forge =>
  (genuine) => ({ body: write(genuine), signature: genuine.signature, headers });

const forgeries: readonly (readonly [name: string, forge: Forge])[] = [
  ['no header', header(() => null)],
  ['an empty header', header(() => '')],
  ['words', header(() => 'genuine, I promise')],
  ['another endpoint’s secret', header(({ body, at }) => signatureOf(body, at, another))],
  ['the other mode’s secret', header(({ body, at }) => signatureOf(body, at, otherMode))],
  ['the empty secret', header(({ body, at }) => signatureOf(body, at, ''))],
  ['the secret without its prefix', header(({ body, at, secret }) => signatureOf(body, at, secret.slice('whsec_'.length)))],
  [
    'the secret decoded from base64',
    header(({ body, at, secret }) => {
      const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
      return `t=${at},v1=${createHmac('sha256', key).update(`${at}.${body}`).digest('hex')}`;
    }),
  ],
  ['v0 alone', header(({ at, v1 }) => `t=${at},v0=${v1}`)],
  ['an unknown scheme alone', header(({ at, v1 }) => `t=${at},v2=${v1}`)],
  ['the scheme in capitals', header(({ at, v1 }) => `t=${at},V1=${v1}`)],
  ['no t', header(({ v1 }) => `v1=${v1}`)],
  ['t twice', header(({ at, v1 }) => `t=${at},t=${at},v1=${v1}`)],
  ['t twice, the second one old', header(({ at, v1 }) => `t=${at},v1=${v1},t=${at - 9999}`)],
  ['t empty', header(({ v1 }) => `t=,v1=${v1}`)],
  ['t in milliseconds', header(({ at, v1 }) => `t=${at}000,v1=${v1}`)],
  ['t with a fraction', header(({ at, v1 }) => `t=${at}.0,v1=${v1}`)],
  ['t with a sign', header(({ at, v1 }) => `t=+${at},v1=${v1}`)],
  ['t in hexadecimal', header(({ at, v1 }) => `t=0x${at.toString(16)},v1=${v1}`)],
  ['t not a number', header(({ v1 }) => `t=NaN,v1=${v1}`)],
  ['t moved by a second', header(({ at, v1 }) => `t=${at + 1},v1=${v1}`)],
  ['301 seconds old', header(({ at, body, secret }) => signatureOf(body, at - 301, secret))],
  ['301 seconds ahead', header(({ at, body, secret }) => signatureOf(body, at + 301, secret))],
  ['no v1', header(({ at }) => `t=${at}`)],
  ['an empty v1', header(({ at }) => `t=${at},v1=`)],
  ['v1 cut short', header(({ at, v1 }) => `t=${at},v1=${v1.slice(0, 63)}`)],
  ['v1 with something after it', header(({ at, v1 }) => `t=${at},v1=${v1}0`)],
  ['v1 in capitals', header(({ at, v1 }) => `t=${at},v1=${v1.toUpperCase()}`)],
  ['v1 in base64', header(({ at, v1 }) => `t=${at},v1=${Buffer.from(v1, 'hex').toString('base64url')}`)],
  ['5,000 guesses', header(({ at }) => `t=${at}${',v1='.concat('0'.repeat(64)).repeat(5000)}`)],
  ['5,000 guesses, the last one right', header(({ at, v1 }) => `t=${at}${',v1='.concat('0'.repeat(64)).repeat(5000)},v1=${v1}`)],
  ['two headers, one of them genuine', header(({ at, signature }) => `${signature}, ${signatureOf('{}', at, another)}`)],
  ['signed with SHA-1', header(({ at, body, secret }) => `t=${at},v1=${hmac(secret, `${at}.${body}`, 'sha1')}`)],
  ['signed without the moment', header(({ at, body, secret }) => `t=${at},v1=${hmac(secret, body)}`)],
  ['the signature of another event', header(({ at, secret }) => signatureOf(eventBody('evt_other'), at, secret))],
  ['the same JSON written anew', bytes(({ body }) => JSON.stringify(JSON.parse(body)))],
  ['a byte order mark before it', bytes(({ body }) => `\uFEFF${body}`)],
  ['a line after it', bytes(({ body }) => `${body}\n`)],
  ['compressed', bytes(({ body }) => new Uint8Array(gzipSync(body)), { 'content-encoding': 'gzip' })],
  ['cut short', bytes(({ body }) => body.slice(0, -1))],
];

/** What a forger sends at a moment, by name. */
export const forgedDeliveries = (secret: string, at: number): readonly (readonly [string, Delivery])[] =>
  forgeries.map(([name, forge], index) => {
    const body = eventBody(`evt_forged_${index}`);
    return [name, forge({ at, secret, body, v1: hmac(secret, `${at}.${body}`), signature: signatureOf(body, at, secret) })] as const;
  });
