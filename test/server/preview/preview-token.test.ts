import { describe, expect, it } from 'vitest';
import { openPreview, signPreview, type Preview } from '@tillkit/server/preview/preview-token';

const key = Buffer.alloc(32, 1);
const preview: Preview = {
  kind: 'change',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  target: { planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: {} },
  mode: 'prorate_now',
  prorationDate: 1000,
  dueNow: 450,
  total: 450,
  recurring: 2900,
  expiresAt: 2000,
};

describe('openPreview', () => {
  it('gives back what was signed until it expires', () => {
    const token = signPreview(preview, key);
    expect(openPreview(token, key, 1999)).toEqual(preview);
    expect(() => openPreview(token, key, 2000)).toThrow(expect.objectContaining({ code: 'preview_expired' }));
  });

  it('refuses every token with one changed character', () => {
    const token = signPreview(preview, key);
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      // the last character of base64url carries spare bits
      if (at < token.length - 1)
        expect(() => openPreview(changed, key, 1000)).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
    }
  });

  it.each(['', '.', 'a.b', 'a.b.c', `${signPreview(preview, key)}.x`, signPreview(preview, Buffer.alloc(32, 2))])('refuses %j', (token) => {
    expect(() => openPreview(token, key, 1000)).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
  });
});
