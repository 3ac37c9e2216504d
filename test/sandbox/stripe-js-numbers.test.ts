/** What the Stripe.js stand-in does to numbers and modules, without a browser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cardKind,
  expiryFault,
  groupDigits,
  groupExpiry,
  numberFault,
  onlyDigits,
  passesLuhn,
} from '@tillkit/sandbox/stripe-js/frame/card-number';
import { ibanFault } from '@tillkit/sandbox/stripe-js/frame/method-form';
import { browserModule, joinModules } from '@tillkit/sandbox/stripe-js/join-modules';
import { encodeForm } from '@tillkit/sandbox/stripe-js/page/stripe-api';

const digits = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength }).map((list) => list.join(''));

describe('card numbers', () => {
  it.each([
    ['4242424242424242', 'visa', '4242 4242 4242 4242'],
    ['5555555555554444', 'mastercard', '5555 5555 5555 4444'],
    ['2223003122003222', 'mastercard', '2223 0031 2200 3222'],
    ['378282246310005', 'amex', '3782 822463 10005'],
    ['6011111111111117', 'discover', '6011 1111 1111 1117'],
    ['3056930009020004', 'diners', '3056 9300 0902 0004'],
    ['3566002020360505', 'jcb', '3566 0020 2036 0505'],
    ['6200000000000005', 'unionpay', '6200 0000 0000 0005'],
  ])('knows %s as %s', (number, brand, grouped) => {
    expect(cardKind(number).brand).toBe(brand);
    expect(groupDigits(number)).toBe(grouped);
    expect(numberFault(number)).toBeNull();
  });

  it('finds every single wrong digit', () => {
    fc.assert(
      fc.property(digits(12, 18), fc.nat(), fc.integer({ min: 1, max: 9 }), (start, at, by) => {
        const check = '0123456789'.split('').find((digit) => passesLuhn(start + digit));
        expect(check).toBeDefined();
        const right = start + check;
        const place = at % right.length;
        const wrong = right.slice(0, place) + ((Number(right[place]) + by) % 10) + right.slice(place + 1);
        expect(passesLuhn(wrong)).toBe(false);
      }),
    );
  });

  it('loses no digit by grouping', () => {
    fc.assert(
      fc.property(digits(0, 15), (typed) => {
        expect(onlyDigits(groupDigits(typed))).toBe(typed);
      }),
    );
  });

  it.each([
    ['5', '05'],
    ['12', '12'],
    ['123', '12 / 3'],
    ['1234', '12 / 34'],
  ])('groups the date %s as %s', (typed, shown) => expect(groupExpiry(typed)).toBe(shown));

  it.each([
    ['123', 'incomplete_expiry'],
    ['1334', 'invalid_expiry'],
    ['0034', 'invalid_expiry'],
    ['1234', null],
  ])('finds the fault of the date %s: %s', (typed, fault) => expect(expiryFault(typed)).toBe(fault));
});

it.each([
  ['DE89370400440532013000', null],
  ['de89 3704 0044 0532 0130 00', null],
  ['GB82WEST12345698765432', null],
  ['DE88370400440532013000', 'iban_invalid'],
  ['DE89', 'iban_invalid'],
])('finds the fault of the account %s: %s', (iban, fault) => expect(ibanFault(iban)).toBe(fault));

it('writes nested parameters as Stripe takes them and leaves out what is not there', () => {
  const form = encodeForm({ type: 'card', card: { number: '42', cvc: undefined }, expand: ['a', 'b'], empty: null, flag: true });
  expect([...form]).toEqual([
    ['type', 'card'],
    ['card[number]', '42'],
    ['expand[0]', 'a'],
    ['expand[1]', 'b'],
    ['flag', 'true'],
  ]);
});

it('puts a module behind those it imports, without types, imports and exports', () => {
  const joined = joinModules(browserModule('page/stripe'));
  expect(joined).not.toMatch(/^(?:import|export)\s/mu);
  expect(joined.indexOf('class IntegrationError')).toBeGreaterThan(-1);
  expect(joined.indexOf('class IntegrationError')).toBeLessThan(joined.indexOf('class ElementsGroup'));
  expect(joined.indexOf('class ElementsGroup')).toBeLessThan(joined.indexOf('function startStripeJs'));
  expect(joined.match(/class IntegrationError/gu)).toHaveLength(1);
});
