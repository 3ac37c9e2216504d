import { describe, expect, it } from 'vitest';
import { openPreview, signPreview, type Preview } from '@tillkit/server/preview/preview-token';

const key = Buffer.alloc(32, 1);
const preview: Preview = {
  kind: 'change',
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  target: { planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: {} },
  mode: 'prorate_now',
  prices: ['price_1'],
  state: 'state',
  prorationDate: 1000,
  dueNow: 450,
  total: 450,
  recurring: 2900,
  expiresAt: 2000,
};

describe('openPreview', () => {
  it('gives back what was signed until it expires', () => {
    const token = signPreview(preview, key);
    expect(openPreview(token, key, 1999)).toMatchObject(preview);
    expect(() => openPreview(token, key, 2000)).toThrow(expect.objectContaining({ code: 'preview_expired' }));
  });

  it('refuses every token with one changed character', () => {
    const token = signPreview(preview, key);
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(() => openPreview(changed, key, 1000)).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
    }
  });

  it('refuses every other spelling of the same bytes, and names one token the same each time', () => {
    const token = signPreview(preview, key);
    const [payload, signature] = token.split('.') as [string, string];
    const bytes = Buffer.from(signature, 'base64url');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spare = [...alphabet].map((letter) => signature.slice(0, -1) + letter).filter((other) => other !== signature);
    const spellings = [
      ...spare,
      ...['=', '==', '\n', '\r\n', ' ', '.', '\0'].flatMap((more) => [
        signature + more,
        more + signature,
        `${signature.slice(0, 9)}${more}${signature.slice(9)}`,
      ]),
      bytes.toString('base64'),
      bytes.toString('base64').replace('=', ''),
    ].filter((other) => other !== signature);
    for (const other of spellings)
      expect(() => openPreview(`${payload}.${other}`, key, 1000), other).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
    for (const other of [`${payload}=`, ` ${payload}`, `${payload}\n`])
      expect(() => openPreview(`${other}.${signature}`, key, 1000)).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
    expect(openPreview(token, key, 1000).id).toBe(openPreview(token, key, 1500).id);
  });

  it.each(['', '.', 'a.b', 'a.b.c', `${signPreview(preview, key)}.x`, signPreview(preview, Buffer.alloc(32, 2))])('refuses %j', (token) => {
    expect(() => openPreview(token, key, 1000)).toThrow(expect.objectContaining({ code: 'preview_invalid' }));
  });
});
