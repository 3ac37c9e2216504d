import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toReturnAddresses } from '@tillkit/server/checkout/return-address';
import { BillingError } from '@tillkit/server/http/billing-error';

const origins = ['https://shop.example', 'http://localhost:4173'];

/** Addresses that have led elsewhere somewhere, or that parsers disagree about. */
const hostile = [
  'https://evil.example',
  'https://shop.example.evil.example',
  'https://evil.example/https://shop.example',
  'https://evil.example?https://shop.example',
  'https://evil.example#https://shop.example',
  'https://shop.example@evil.example',
  'https://shop.example:pass@evil.example',
  'https://user@shop.example',
  'https://user:pass@shop.example',
  'https://:@shop.example@evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'https:\\\\evil.example',
  'https:\\\\shop.example',
  'https://shop.example\\@evil.example',
  'https:shop.example',
  'https:/shop.example',
  'https:///shop.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example.',
  'https://www.shop.example',
  'https://shop。example',
  'https://ｓhop.example',
  'https://xn--shop-example',
  'https://shop.example%2eevil.example',
  'https://shop.example%00.evil.example',
  'https://shop.example\u0000.evil.example',
  ' https://shop.example',
  'https://shop.example ',
  '\thttps://shop.example',
  'https://shop.example\n',
  'https://shop.ex\nample/',
  'java\nscript:alert(1)',
  'javascript:alert(1)//https://shop.example',
  'data:text/html,https://shop.example',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'ftp://shop.example',
  'blob:https://shop.example/1',
  'view-source:https://shop.example',
  'about:blank',
  'null',
  '',
  'shop.example',
  '/relative',
  'http://localhost',
  'http://localhost:41730',
  'http://127.0.0.1:4173',
];

describe('toReturnAddresses', () => {
  it.each(hostile)('refuses %j', (address) => {
    expect(() => toReturnAddresses(address, origins)).toThrow(BillingError);
  });

  it('sends nobody to a foreign origin, whatever is written', () => {
    const piece = fc.constantFrom(
      'https:',
      'http:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '.',
      '#',
      '?',
      'shop.example',
      'evil.example',
      '%2f',
      '%00',
      '\t',
      'localhost:4173',
      '[::1]',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
          fc.webUrl(),
          fc.string(),
        ),
        (address) => {
          let successUrl: string;
          try {
            ({ successUrl } = toReturnAddresses(address, origins));
          } catch (error) {
            expect(error).toBeInstanceOf(BillingError);
            return;
          }
          expect(origins).toContain(new URL(successUrl).origin);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('keeps path, query and fragment and lets Stripe fill in the session', () => {
    expect(toReturnAddresses('https://shop.example/pricing?lang=he&x=a%20b#plans', origins)).toEqual({
      successUrl: 'https://shop.example/pricing?lang=he&x=a%20b&till_checkout={CHECKOUT_SESSION_ID}#plans',
      cancelUrl: 'https://shop.example/pricing?lang=he&x=a%20b&till_canceled=1#plans',
    });
  });

  it('drops what an earlier return left in the address', () => {
    expect(toReturnAddresses('http://localhost:4173/?till_checkout=cs_test_1&till_canceled=1', origins)).toEqual({
      successUrl: 'http://localhost:4173/?till_checkout={CHECKOUT_SESSION_ID}',
      cancelUrl: 'http://localhost:4173/?till_canceled=1',
    });
  });
});
