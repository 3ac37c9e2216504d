/** Requests that nobody would send in good faith, at random; for the quick test and the long run alike. */
import fc from 'fast-check';
import { operations } from '@tillkit/server/ops/api-description';
import type { TestTill } from '../support/till.ts';
import { hmac } from './signed.ts';

export interface FuzzResult {
  readonly requests: number;
  /** Answers of 500 and above, or none at all: what was sent, in short. */
  readonly failures: readonly string[];
}

interface Fuzzed {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** Whether the body is signed as Stripe signs. */
  readonly signed: boolean;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\u0000', '\ud800', '__proto__', 'constructor', '../../etc/passwd', "' or 1=1 --", '💣'.repeat(300), '%00', 'NaN', '-0'),
);
const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e308, -1e308, 2 ** 53, 2 ** 63, 1e21, 5e-324));
const strange = fc.oneof({ depthSize: 'small' }, fc.jsonValue(), text, numbers);

/** Bodies of the fields that routes look for, with strange things in them. */
const nearly = fc.record(
  {
    selection: fc.record(
      {
        planId: fc.oneof(fc.constantFrom('starter', 'team', 'company'), text),
        interval: fc.oneof(fc.constantFrom('month', 'year'), text),
        currency: fc.oneof(fc.constantFrom('usd', 'kwd'), text),
        seats: fc.oneof(fc.integer({ min: -2, max: 600 }), numbers),
        addOns: fc.dictionary(text, numbers, { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    ),
    returnUrl: fc.oneof(fc.constant('https://shop.example/back'), fc.webUrl(), text),
    verifierHash: fc.oneof(fc.constant('a'.repeat(43)), text),
    verifier: text,
    checkoutSessionId: fc.oneof(fc.constant('cs_test_1'), text),
    token: text,
    code: text,
    promotionCode: text,
    subscriptionId: fc.oneof(fc.constant('sub_1'), text),
    previewToken: text,
    email: fc.oneof(fc.emailAddress(), text),
  },
  { requiredKeys: [] },
);

/** Events with strange things where ids are looked for. */
const event = fc.record(
  {
    id: fc.oneof(
      fc.uuid().map((id) => `evt_${id}`),
      strange,
    ),
    object: fc.oneof(fc.constantFrom('event', 'v2.core.event'), strange),
    type: fc.oneof(
      fc.constantFrom('customer.subscription.updated', 'invoice.paid', 'customer.updated', 'v1.invoice.paid', 'price.updated'),
      text,
    ),
    livemode: fc.oneof(fc.constant(false), strange),
    account: strange,
    context: strange,
    related_object: fc.oneof(fc.record({ id: strange, type: fc.oneof(fc.constant('invoice'), strange) }), strange),
    data: fc.oneof(
      fc.record({
        object: fc.record(
          { id: strange, object: fc.constantFrom('subscription', 'invoice', 'customer'), customer: strange, parent: strange },
          { requiredKeys: [] },
        ),
      }),
      strange,
    ),
  },
  { requiredKeys: ['type', 'data'] },
);

const json = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value) ?? '');
const body = fc.oneof(
  { weight: 3, arbitrary: nearly.map(json) },
  { weight: 3, arbitrary: event.map(json) },
  { weight: 2, arbitrary: strange.map(json) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5000 }).map((depth) => new TextEncoder().encode('['.repeat(depth))) },
);

/** Header values as Node lets them through. */
const headerValue = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCodePoint(code)), maxLength: 60 });
const headers = fc.record(
  {
    origin: fc.oneof(fc.constant('https://shop.example'), headerValue),
    authorization: fc.oneof(
      headerValue,
      headerValue.map((value) => `Bearer ${value}`),
    ),
    'content-type': fc.oneof(fc.constant('application/json'), headerValue),
    'stripe-signature': headerValue,
    'x-request-id': headerValue,
    'x-forwarded-for': headerValue,
    'content-length': fc.oneof(fc.constantFrom('0', '-1', '99999999999', 'x'), headerValue),
    'accept-language': headerValue,
    'if-none-match': headerValue,
  },
  { requiredKeys: [] },
);

const routes = operations.map(({ method, path }) => ({ method: method.toUpperCase(), path }));
const place = fc.oneof(fc.constant({ method: 'POST', path: '/webhooks/stripe' }), fc.constantFrom(...routes));

const fuzzed: fc.Arbitrary<Fuzzed> = fc
  .record({
    place,
    part: text,
    query: fc.dictionary(fc.constantFrom('locale', 'currency', 'after', 'limit', 'x'), text, { maxKeys: 2 }),
    headers,
    body,
    signed: fc.boolean(),
  })
  .map(({ place: { method, path }, part, query, headers: given, body: bytes, signed }) => ({
    method,
    path: `${path.replaceAll(/:\w+/gu, () => encodeURIComponent(part.toWellFormed()))}?${new URLSearchParams(query)}`,
    headers: given,
    body: method === 'GET' || method === 'DELETE' ? null : bytes,
    signed: signed && path === '/webhooks/stripe',
  }));

function toRequest(till: TestTill, { method, path, headers: given, body: bytes, signed }: Fuzzed): Request {
  const sent = new Headers(given);
  if (signed && bytes) {
    // what no UTF-8 is has no text to sign; it is sent with the signature of what it would be
    const at = till.now();
    sent.set('stripe-signature', `t=${at},v1=${hmac(till.webhookSecret, `${at}.${new TextDecoder().decode(bytes)}`)}`);
  }
  return new Request(`https://till.example${path}`, { method, headers: sent, ...(bytes && { body: bytes }) });
}

/** Sends so many requests; the seed gives the same ones. */
export async function fuzz(till: TestTill, runs: number, seed: number): Promise<FuzzResult> {
  const failures: string[] = [];
  let number = 0;
  for (const fuzzedRequest of fc.sample(fuzzed, { numRuns: runs, seed })) {
    number += 1;
    // another network each time, or nearly all would be refused for coming too often
    const remoteAddress = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
    const tell = (what: string): void =>
      void failures.push(`${what}: ${fuzzedRequest.method} ${fuzzedRequest.path} (seed ${seed}, ${number})`);
    try {
      const response = await till.app.fetch(toRequest(till, fuzzedRequest), { incoming: { socket: { remoteAddress } } });
      await response.arrayBuffer();
      if (response.status >= 500) tell(String(response.status));
    } catch (error) {
      tell(error instanceof Error ? error.message : 'thrown');
    }
  }
  await till.app.drain();
  return { requests: number, failures };
}
