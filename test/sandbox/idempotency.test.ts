import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '@tillkit/sandbox';
import { day, priced, stand } from './stand.ts';

interface Sent {
  readonly status: number;
  readonly json: {
    readonly id?: string;
    readonly error?: { readonly type: string; readonly code?: string; readonly message: string; readonly param?: string };
  };
  readonly headers: Headers;
}

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(sandbox: Sandbox, { method = 'POST', path = 'customers', body, headers }: Call): Promise<Sent> {
  const response = await sandbox.fetch(
    new Request(`http://sandbox.localhost/v1/${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_1', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      ...(body !== undefined && { body }),
    }),
  );
  return { status: response.status, json: (await response.json()) as Sent['json'], headers: response.headers };
}

const keyed = (key: string) => ({ 'idempotency-key': key });

describe('idempotency keys', () => {
  it('answer the same for a day, and say that they replay', async () => {
    const { sandbox, stripe } = stand();
    const first = await send(sandbox, { body: 'name=Ada', headers: keyed('one') });
    expect([first.headers.get('idempotency-key'), first.headers.get('idempotent-replayed')]).toEqual(['one', null]);
    await sandbox.clock.advance(day - 1);
    const again = await send(sandbox, { body: 'name=Ada', headers: keyed('one') });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
    await sandbox.clock.advance(1);
    const later = await send(sandbox, { body: 'name=Ada', headers: keyed('one') });
    expect(later.json.id).not.toBe(first.json.id);
    expect((await stripe.customers.list()).data).toHaveLength(2);
  });

  it('refuse other parameters and another path', async () => {
    const { sandbox } = stand();
    await send(sandbox, { body: 'name=Ada', headers: keyed('one') });
    for (const call of [{ body: 'name=Bob' }, { body: 'name=Ada', path: 'products' }]) {
      const refused = await send(sandbox, { ...call, headers: keyed('one') });
      expect([refused.status, refused.json.error?.type]).toEqual([400, 'idempotency_error']);
    }
    expect((await send(sandbox, { headers: keyed('k'.repeat(256)) })).json.error?.type).toBe('idempotency_error');
    expect((await send(sandbox, { headers: keyed('k'.repeat(255)) })).status).toBe(200);
  });

  it('are not kept when the parameters were refused, and are when a card was declined', async () => {
    const { sandbox, stripe } = stand();
    expect((await send(sandbox, { body: 'nme=Ada', headers: keyed('one') })).status).toBe(400);
    expect((await send(sandbox, { body: 'name=Ada', headers: keyed('one') })).status).toBe(200);
    const price = await priced(stripe);
    const { id } = await stripe.customers.create();
    await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: id });
    const [method] = (await stripe.customers.listPaymentMethods(id)).data;
    const body = `customer=${id}&items[0][price]=${price.id}&default_payment_method=${method?.id}&payment_behavior=error_if_incomplete`;
    const declined = await send(sandbox, { path: 'subscriptions', body, headers: keyed('two') });
    const again = await send(sandbox, { path: 'subscriptions', body, headers: keyed('two') });
    expect([declined.status, again.status]).toEqual([402, 402]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('mean nothing to a read', async () => {
    const { sandbox } = stand();
    for (const path of ['customers', 'products']) {
      const read = await send(sandbox, { method: 'GET', path, headers: keyed('one') });
      expect([read.status, read.headers.get('idempotency-key')]).toEqual([200, null]);
    }
  });
});

describe('every answer', () => {
  it('names its request and its version, and a refusal where to read on', async () => {
    const { sandbox } = stand();
    const { headers, json } = await send(sandbox, { body: 'a=1' });
    expect(headers.get('request-id')).toMatch(/^req_\w{14}$/u);
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(json.error).toMatchObject({
      type: 'invalid_request_error',
      code: 'parameter_unknown',
      param: 'a',
      doc_url: 'https://stripe.com/docs/error-codes/parameter-unknown',
      request_log_url: `http://sandbox.localhost/_sandbox/#${headers.get('request-id')}`,
    });
  });

  it('refuses an API version it does not speak', async () => {
    const { sandbox } = stand();
    const refused = await send(sandbox, { method: 'GET', headers: { 'stripe-version': '2019-01-01' } });
    expect([refused.status, refused.json.error?.message]).toEqual([400, expect.stringContaining('2019-01-01')]);
  });

  it.each(['', 'Bearer', 'Basic !!!', 'Basic /w==', 'Bearer sk_live_1', 'Digest x'])(
    'is 401 to a key such as "%s"',
    async (authorization) => {
      const { sandbox } = stand();
      expect((await send(sandbox, { headers: { authorization } })).status).toBe(401);
    },
  );

  it('takes a key by basic authentication', async () => {
    const { sandbox } = stand();
    expect((await send(sandbox, { headers: { authorization: `Basic ${btoa('sk_test_1:')}` } })).status).toBe(200);
  });
});

describe('forms that nobody should send', () => {
  it.each([
    ['deep', `metadata${'[a]'.repeat(5000)}=1`],
    ['long lists', Array.from({ length: 20_000 }, (_, position) => `expand[${position}]=x`).join('&')],
    ['one list grown by empty brackets', 'preferred_locales[]=en&'.repeat(20_000)],
    ['names of prototypes', '__proto__[polluted]=1&constructor[prototype][polluted]=1&metadata[__proto__]=1'],
    ['a text that is also a map', 'metadata=1&metadata[a]=2&metadata[a][b]=3'],
    ['unfinished brackets', 'metadata[a=1&]b[=2&[]=3&=4'],
    ['bad percent signs', 'name=%&email=%zz&%ff=%c3%28'],
  ])('are answered, not failed at: %s', async (_, body) => {
    const { sandbox } = stand({ observe: {} });
    const { status } = await send(sandbox, { body });
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('never make the sandbox fail, whatever the bytes', async () => {
    const { sandbox } = stand({ observe: {} });
    const pieces = fc.array(
      fc.constantFrom('name', 'metadata', 'address', '[', ']', '[]', '[a]', '[0]', '=', '&', '%', '%00', '%ff', '𝄞', '__proto__'),
      {
        maxLength: 30,
      },
    );
    const bodies = fc.oneof(
      pieces.map((list) => new TextEncoder().encode(list.join(''))),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect((await send(sandbox, { body })).status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});
