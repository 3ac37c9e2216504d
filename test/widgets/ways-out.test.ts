/** Where a page leads out, what it keeps, and what it says where a browser forbids either. */
import { expect } from '@open-wc/testing';
import { describe, it } from 'vitest';
import { createVerifier } from '../../packages/widgets/src/checkout/verifier.ts';
import type { TillError } from '../../packages/widgets/src/provider/client.ts';
import { leaveFor } from '../../packages/widgets/src/provider/leave.ts';
import { browserPage, type Page } from '../../packages/widgets/src/provider/page.ts';
import { keptIn } from '../../packages/widgets/src/provider/storage.ts';
import { contactAddress, webAddress } from '../../packages/widgets/src/provider/web-address.ts';
import { errorText } from '../../packages/widgets/src/text/errors.ts';

const hostile = [
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:https://shop.example/1',
  'vbscript:x',
  'http://evil.example/pay',
  'http://localhost.evil.example/pay',
  'http://127.0.0.1.evil.example/pay',
  '//evil.example/pay',
  '/pay',
  '',
  undefined,
];
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

/** A page that notes where it was led. */
function leaving(way: ReturnType<Page['leave']>): { page: Page; led: string[] } {
  const led: string[] = [];
  return { page: { ...browserPage(), leave: (address) => (led.push(address), way) }, led };
}

/** What it throws, at once or later. */
async function refusalOf(page: Page, address: string | undefined): Promise<unknown> {
  try {
    return await leaveFor(page, address);
  } catch (error) {
    return error;
  }
}

describe('a way out', () => {
  it.each(hostile)('is not %j', async (address) => {
    expect(webAddress(address)).to.equal(undefined);
    expect(contactAddress(address)).to.equal(undefined);
    const { page, led } = leaving('left');
    const code = await refusalOf(page, address).then(codeOf);
    expect(code).to.equal('internal_error');
    expect(led).to.deep.equal([]);
  });

  it.each(['https://checkout.stripe.com/c/pay/cs_1', 'http://127.0.0.1:4242/pay', 'http://localhost/pay'])('may be %s', (address) => {
    expect(webAddress(address)).to.equal(address);
  });

  it('of a contact may be a letter', () => {
    expect(contactAddress('mailto:sales@example.com')).to.equal('mailto:sales@example.com');
    expect(webAddress('mailto:sales@example.com')).to.equal(undefined);
  });

  it.each([
    ['tab', 'other_tab'],
    ['blocked', 'frame_blocked'],
  ] as const)('of a frame that stays (%s) is told with its address', async (way, code) => {
    const { page } = leaving(way);
    const error = await refusalOf(page, 'https://checkout.stripe.com/1');
    expect(codeOf(error)).to.equal(code);
    expect((error as TillError).answer).to.deep.equal({ href: 'https://checkout.stripe.com/1' });
    for (const language of ['en', 'he']) expect(errorText(language, code)).not.to.equal(errorText(language, 'internal_error'));
  });
});

describe('what a page keeps', () => {
  it('stays in memory where storage is forbidden', () => {
    const kept = keptIn(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    expect(kept.get('a')).to.equal(undefined);
    kept.set('a', '1');
    expect(kept.get('a')).to.equal('1');
    expect(kept.names()).to.deep.equal(['a']);
    kept.remove('a');
    expect(kept.get('a')).to.equal(undefined);
  });

  it('stays in memory where storage is full, and an older value does not come back', () => {
    const full = new Map([['a', 'old']]);
    const storage = {
      getItem: (name: string) => full.get(name) ?? null,
      setItem: () => {
        throw new DOMException('', 'QuotaExceededError');
      },
      removeItem: (name: string) => full.delete(name),
    } as unknown as Storage;
    const kept = keptIn(() => storage);
    kept.set('a', 'new');
    expect(kept.get('a')).to.equal('new');
    expect(keptIn(() => storage).get('a')).to.equal(undefined);
  });

  it('is what other pages of this browser kept, where it can be', () => {
    const name = 'till:test:ways-out';
    keptIn(() => sessionStorage).set(name, '1');
    expect(keptIn(() => sessionStorage).get(name)).to.equal('1');
    keptIn(() => sessionStorage).remove(name);
    expect(sessionStorage.getItem(name)).to.equal(null);
  });
});

it('a page without https says that https is needed', async () => {
  Object.defineProperty(crypto, 'subtle', { configurable: true, value: undefined });
  try {
    const code = await createVerifier().catch(codeOf);
    expect(code).to.equal('insecure_context');
    for (const language of ['en', 'he']) expect(errorText(language, 'insecure_context')).to.contain('https');
  } finally {
    delete (crypto as { subtle?: unknown }).subtle;
  }
});
