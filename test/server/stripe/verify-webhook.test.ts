import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createStripeGateway } from '@tillkit/server/stripe/gateway';
import { verifyWebhook } from '@tillkit/server/stripe/verify-webhook';

const now = 1_800_000_000;
const secret = 'whsec_the_right_one';
const text = JSON.stringify(
  { id: 'evt_1', object: 'event', type: 'customer.updated', data: { object: { id: 'cus_1', name: 'Zoë' } } },
  null,
  2,
);
const gateway = createStripeGateway({ secretKey: 'sk_test_x' });

const hmac = (payload: string, { at = now, key = secret } = {}): string =>
  createHmac('sha256', key).update(`${at}.${payload}`).digest('hex');
const signed = (payload: string, options: { at?: number; key?: string } = {}): string =>
  `t=${options.at ?? now},v1=${hmac(payload, options)}`;
const verify = (signature: string | undefined, body: string | Buffer = text, secrets = [secret]) =>
  verifyWebhook(gateway, secrets, { body: Buffer.from(body), signature }, now);

describe('verifyWebhook', () => {
  beforeAll(() => gateway());

  it('takes what Stripe signed', async () => {
    expect(await verify(signed(text))).toMatchObject({ id: 'evt_1' });
    const { webhooks } = await gateway();
    expect(await verify(webhooks.generateTestHeaderString({ payload: text, secret, timestamp: now }))).toMatchObject({ id: 'evt_1' });
  });

  it('takes any of the configured secrets, and any of the signatures of a rotation', async () => {
    expect(await verify(signed(text, { key: 'whsec_old' }), text, [secret, 'whsec_old'])).toMatchObject({ id: 'evt_1' });
    expect(await verify(`t=${now},v1=${hmac(text, { key: 'whsec_new' })},v1=${hmac(text)},v0=abc`)).toMatchObject({ id: 'evt_1' });
  });

  it.each([-300, -299, 0, 299, 300])('takes a signature %i seconds away from our clock', async (skew) => {
    expect(await verify(signed(text, { at: now + skew }))).toMatchObject({ id: 'evt_1' });
  });

  const right = hmac(text);
  const longest = `t=${now},v1=${right}`.padEnd(1024, ',v0=0');
  it.each([
    ['whose parts stand the other way round', `v1=${right},t=${now}`],
    ['beside schemes that nobody knows', `t=${now},v1=${right},v0=,v10=abc,scheme=x_1`],
    ['of 1,024 characters', longest],
  ])('takes a signature %s', async (_, signature) => {
    expect(await verify(signature)).toMatchObject({ id: 'evt_1' });
  });

  /** Headers that the SDK alone would take: the right signature is in each. */
  const malformed: readonly (readonly [string, string])[] = [
    ['of 1,025 characters', `${longest}0`],
    ['with a part that is no pair', `t=${now},v1=${right},x`],
    ['with something odd in front', `!=1,t=${now},v1=${right}`],
    ['with something odd at the end', `t=${now},v1=${right},!=1`],
    ['joined with another header', `t=${now},v1=${right}, t=${now},v1=${right}`],
    ['with a time of 13 digits', signed(text, { at: now * 1000 })],
    ['with a time that ends in a letter', `t=${now}x,v1=${right}`],
  ];
  it.each(malformed)('refuses a signature %s, and calls no clock wrong for it', async (_, signature) => {
    const told: number[] = [];
    const delivery = { body: Buffer.from(text), signature };
    await expect(verifyWebhook(gateway, [secret], delivery, now, (seconds) => told.push(seconds))).rejects.toMatchObject({
      code: 'signature_invalid',
    });
    expect(told).toEqual([]);
  });

  it.each([301, -301])('tells of a genuine signature that is %i seconds old, once', async (age) => {
    const told: number[] = [];
    const delivery = { body: Buffer.from(text), signature: signed(text, { at: now - age }) };
    const verifying = verifyWebhook(gateway, [secret, secret], delivery, now, (seconds) => told.push(seconds));
    await expect(verifying).rejects.toMatchObject({ code: 'signature_invalid' });
    expect(told).toEqual([age]);
  });

  it('refuses what was signed but is no JSON as a senseless request', async () => {
    await expect(verify(signed('no JSON'), 'no JSON')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('refuses bytes that only read like what was signed', async () => {
    const read = text.replace('ë', '\uFFFD');
    const [before = '', after = ''] = text.split('ë');
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from(after)]);
    expect(body.toString()).toBe(read);
    await expect(verify(signed(read), body)).rejects.toMatchObject({ code: 'signature_invalid' });
    await expect(verify(signed(`\uFEFF${text}`), `\uFEFF${text}`)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  const forged: [string, string | undefined, (string | Buffer)?, string[]?][] = [
    ['no signature', undefined],
    ['an empty signature', ''],
    ['a signature with another secret', signed(text, { key: 'whsec_other' })],
    ['a signature of another body', signed(`${text} `)],
    ['a body that was changed', signed(text), text.replace('Zoë', 'Zoe')],
    ['a body that was parsed and written again', signed(text), JSON.stringify(JSON.parse(text))],
    ['a body with a byte order mark', signed(text), `\uFEFF${text}`],
    ['a body with other line ends', signed(text), text.replaceAll('\n', '\r\n')],
    ['an empty body', signed(''), ''],
    ['a cut body', signed(text), text.slice(0, -1)],
    ['bytes that are not UTF-8', signed(text), Buffer.from([0xff, 0xfe])],
    ['301 seconds of age', signed(text, { at: now - 301 })],
    ['301 seconds in the future', signed(text, { at: now + 301 })],
    ['a day in the future', signed(text, { at: now + 86_400 })],
    ['time zero', signed(text, { at: 0 })],
    ['no time', `v1=${right}`],
    ['two times', `t=${now},t=${now},v1=${right}`],
    ['two times, the second one signed', `t=${now - 9000},t=${now},v1=${right}`],
    ['a time with letters', `t=${now}x,v1=${right}`],
    ['a negative time', `t=-${now},v1=${right}`],
    ['a time in milliseconds', `t=${now}000,v1=${right}`],
    ['a time as exponent', `t=1.8e9,v1=${right}`],
    ['only the old scheme', `t=${now},v0=${right}`],
    ['an unknown scheme', `t=${now},v2=${right}`],
    ['a signature in capitals', `t=${now},v1=${right.toUpperCase()}`],
    ['a cut signature', `t=${now},v1=${right.slice(0, -1)}`],
    ['an empty v1', `t=${now},v1=`],
    ['a prefix of the right signature and zeros', `t=${now},v1=${right.slice(0, 32)}${'0'.repeat(32)}`],
    ['a signature of the body without the time', `t=${now},v1=${createHmac('sha256', secret).update(text).digest('hex')}`],
    ['a signature with the secret without its prefix', `t=${now},v1=${hmac(text, { key: 'the_right_one' })}`],
    ['a signature with an empty secret', `t=${now},v1=${hmac(text, { key: '' })}`],
    ['five thousand signatures', `t=${now}${`,v1=${'0'.repeat(64)}`.repeat(5000)}`],
    ['JSON instead of a header', '{"t":1,"v1":"x"}'],
    ['no secret configured', signed(text, { key: '' }), text, []],
    ['a blank secret configured', signed(text, { key: ' ' }), text, [' ']],
  ];
  it.each(forged)('refuses %s', async (_, signature, body, secrets) => {
    await expect(verify(signature, body, secrets)).rejects.toMatchObject({ code: 'signature_invalid' });
  });

  it('refuses any header and body that was made up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), async (signature, body) => {
        await expect(verify(signature, Buffer.from(body))).rejects.toMatchObject({ code: 'signature_invalid' });
      }),
      { numRuns: 500 },
    );
  });
});
