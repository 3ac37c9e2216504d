/** Which addresses are one visitor, and which networks are one customer of a provider. */
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createClientPrefix, createNetworkList, isCidr, toPrefix, toSite } from '@tillkit/server/http/client-prefix';

describe('toSite', () => {
  it.each([
    ['2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['0:0:0:0::/64', '0:0:0::/48'],
    ['192.0.2.1', undefined],
    ['unknown', undefined],
    // what begins like the end of a network is none
    ['::/64:192.0.2.1', undefined],
  ])('finds around %s %s', (prefix, site) => {
    expect(toSite(prefix)).toBe(site);
  });

  it('is one for every network of a /48, and another for the next', () => {
    const siteOf = (address: string): string | undefined => toSite(toPrefix(address));
    expect(new Set(['2001:db8:1::1', '2001:db8:1:ffff::1', '2001:db8:1:2:3:4:5:6'].map(siteOf)).size).toBe(1);
    expect(siteOf('2001:db8:2::1')).not.toBe(siteOf('2001:db8:1::1'));
  });
});

describe('toPrefix', () => {
  it.each([
    // nothing of it is an address, so that nobody is counted as somebody else by it
    ['x[2001:db8::1]', 'x[2001:db8::1]'],
    ['[2001:db8::1]:80x', '[2001:db8::1]:80x'],
    ['x192.0.2.1:80', 'x192.0.2.1:80'],
    ['', ''],
    ['[]', ''],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
  ])('counts %j as %j', (address, prefix) => {
    expect(toPrefix(address)).toBe(prefix);
  });
});

describe('createNetworkList', () => {
  it('knows an IPv4 address written as an IPv6 one in no network of IPv6, and nothing that is no address in any', () => {
    const isIn = createNetworkList(['0.0.0.0/0', '::/0']);
    expect(['192.0.2.1', '::1', 'fe80::1', 'unknown', '', '1.2.3'].map(isIn)).toEqual([true, true, true, false, false, false]);
  });
});

describe('isCidr', () => {
  it('takes no text without an address or without a length', () => {
    expect(['', '/', '/0', '10.0.0.0/', '::/'].map(isCidr)).toEqual([false, false, false, false, false]);
  });
});

it('believes no proxy that is not trusted, and counts by the connection where the header says nothing', async () => {
  const app = new Hono().get('/', (c) => c.text(createClientPrefix(['10.0.0.0/8'])(c)));
  const from = async (headers: Record<string, string>): Promise<string> =>
    (await app.request('/', { headers }, { incoming: { socket: { remoteAddress: '10.0.0.1' } } })).text();
  expect([await from({}), await from({ 'x-forwarded-for': '' }), await from({ 'x-forwarded-for': '203.0.113.9' })]).toEqual([
    '10.0.0.1',
    '10.0.0.1',
    '203.0.113.9',
  ]);
});
