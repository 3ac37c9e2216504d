import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isApiKey } from '@tillkit/server/identity/api-key';
import { hashSecret } from '@tillkit/server/identity/session-token';

const key = 'An.owner~key+of/32=characters-or_';
const other = 'another-key-of-the-owner-0123456789';
const hashes = [hashSecret(other), hashSecret(key)];

describe('isApiKey', () => {
  it('takes each of the owner’s keys, wherever it stands in the list', () => {
    expect(isApiKey(`Bearer ${key}`, hashes)).toBe(true);
    expect(isApiKey(`Bearer ${other}`, hashes)).toBe(true);
  });

  it.each([32, 255])('takes a key of %i characters', (length) => {
    const long = 'k'.repeat(length);
    expect(isApiKey(`Bearer ${long}`, [hashSecret(long)])).toBe(true);
  });

  const sessionToken = `till_${'a'.repeat(43)}`;
  it.each([
    ['no header', undefined, []],
    ['an empty header', '', ['']],
    ['the scheme alone', 'Bearer ', ['']],
    ['a key without the scheme', key, [key]],
    ['a key under another scheme', `Basic ${key}`, [key]],
    ['a word before the scheme', `x Bearer ${key}`, [key]],
    ['a word behind the key', `Bearer ${key} x`, [key]],
    ['a line behind the key', `Bearer ${key}\n`, [key]],
    ['a key of 31 characters', `Bearer ${'k'.repeat(31)}`, ['k'.repeat(31)]],
    ['a key of 256 characters', `Bearer ${'k'.repeat(256)}`, ['k'.repeat(256)]],
    ['one character', 'Bearer k', ['k']],
    ['a key of other characters', `Bearer ${'ä'.repeat(32)}`, ['ä'.repeat(32)]],
    ['a session token, even if its hash were in the list', `Bearer ${sessionToken}`, [sessionToken]],
    ['a key of nobody', `Bearer ${'k'.repeat(32)}`, [key]],
  ])('does not take %s', (_, header, known) => {
    expect(isApiKey(header, known.map(hashSecret))).toBe(false);
  });

  it('takes a key that ends like a session token begins', () => {
    const odd = `${'k'.repeat(32)}till_`;
    expect(isApiKey(`Bearer ${odd}`, [hashSecret(odd)])).toBe(true);
  });

  it('takes nothing where the owner has no key', () => {
    expect(isApiKey(`Bearer ${key}`)).toBe(false);
    expect(isApiKey(`Bearer ${key}`, [])).toBe(false);
  });

  it('takes nothing that was made up', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => !isApiKey(`Bearer ${text}`, hashes)));
  });
});
