import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCardReturnAddresses, toReturnAddresses } from '@tillkit/server/checkout/return-address';
import { BillingError } from '@tillkit/server/http/billing-error';
import { hostileAddresses as hostile } from '../../reliability/hostile-addresses.ts';

const origins = ['https://shop.example', 'http://localhost:4173'];

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

describe('toCardReturnAddresses', () => {
  it('lets Stripe fill in the session, and leads whoever turns back to where they were', () => {
    expect(toCardReturnAddresses('https://shop.example/cards?x=1&till_card=cs_test_1#mine', origins)).toEqual({
      successUrl: 'https://shop.example/cards?x=1&till_card={CHECKOUT_SESSION_ID}#mine',
      cancelUrl: 'https://shop.example/cards?x=1#mine',
    });
  });

  it.each(hostile)('refuses %j', (address) => {
    expect(() => toCardReturnAddresses(address, origins)).toThrow(BillingError);
  });
});
