import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toComparableAddress, toEmailAddress } from '@tillkit/core/contract/email-address';

describe('an e-mail address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    ["O'Brien@Example.com", "O'Brien@Example.com"],
    ['a&b@example.co.uk', 'a&b@example.co.uk'],
    ['ada+shop@example.com', 'ada+shop@example.com'],
    ['a..b@docomo.example', 'a..b@docomo.example'],
    ['!#$%*/=?^_`{|}~-@example.com', '!#$%*/=?^_`{|}~-@example.com'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@例え.テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    ['ada@münchen。example', 'ada@xn--mnchen-3ya.example'],
  ])('%s is sent to %s', (written, sent) => {
    expect(toEmailAddress(written)).toBe(sent);
  });

  it.each([
    '',
    '@',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@localhost',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com, eve@example.com',
    'Ada <ada@example.com>',
    '"ada lovelace"@example.com',
    'ada@exam ple.com',
    'ada@example..com',
    'ada@-example.com',
    'ada@example-.com',
    'ada@\u212aelvin.example',
    'ada@example.com/path',
    'ada@example.com:25',
    'ada@example.com?x',
    'ada@127.0.0.1',
    'ada@0x7f.1',
    'ada@[127.0.0.1]',
    'ada@eve.example@example.com',
    'אדה@example.com',
    'ad\u0000a@example.com',
    'ada@\ud800.example',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'a.'.repeat(124)}example`,
  ])('is not %j', (text) => {
    expect(toEmailAddress(text)).toBeUndefined();
  });

  it('has one spelling to compare by', () => {
    expect(toComparableAddress('Ada.B@Bücher.Example')).toBe('ada.b@xn--bcher-kva.example');
    expect(toComparableAddress('nobody')).toBeUndefined();
  });

  it('is plain ASCII without anything that ends a header, whatever is read, and is read as itself', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.emailAddress(),
      fc.webAuthority().map((host) => `ada@${host}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const address = toEmailAddress(text);
        if (address === undefined) return;
        expect(address).toMatch(/^[!-~]+@[A-Za-z0-9.-]+$/u);
        expect(toEmailAddress(address)).toBe(address);
        expect(toComparableAddress(address.toUpperCase())).toBe(toComparableAddress(text));
      }),
      { numRuns: 2000 },
    );
  });
});
