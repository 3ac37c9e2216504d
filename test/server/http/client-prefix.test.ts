import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createClientPrefix, createNetworkList, isCidr, toPrefix, toSite } from '@tillkit/server/http/client-prefix';

describe('toPrefix', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:203.113.100.250', '203.113.100.250'],
    ['2001:db8:7::ffff:192.0.2.1', '2001:db8:7:0::/64'],
    ['2001::2:3:4:5:6', '2001:0:0:2::/64'],
    ['2001:db8:0:10::', '2001:db8:0:10::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1'],
    ['0000:0000:0000:0000:0000:ffff:c000:0201', '192.0.2.1'],
    ['::192.0.2.1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '192.0.2.1'],
    ['64:ff9b::c0a8:ff01', '192.168.255.1'],
    ['64:ff9b:1::c0a8:ff01', '64:ff9b:1:0::/64'],
    ['2002:c000:201::1', '192.0.2.1'],
    ['2002:c000:0201:beef:1:2:3:4', '192.0.2.1'],
    ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1:2::/64'],
    // nothing of it is an address, so that nobody is counted as somebody else by it
    ['x[2001:db8::1]', 'x[2001:db8::1]'],
    ['[2001:db8::1]:80x', '[2001:db8::1]:80x'],
    ['x192.0.2.1:80', 'x192.0.2.1:80'],
    ['', ''],
    ['[]', ''],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
  ])('counts %j as %s', (address, prefix) => {
    expect(toPrefix(address)).toBe(prefix);
  });
});

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

describe('createClientPrefix', () => {
  const prefixOf = async (remoteAddress: string, forwarded: string | undefined, trusted: string[]): Promise<string> => {
    const app = new Hono().get('/', (c) => c.text(createClientPrefix(trusted)(c)));
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    return (await app.request('/', { headers }, { incoming: { socket: { remoteAddress } } })).text();
  };

  it.each([
    ['198.51.100.7', '203.0.113.9', [], '198.51.100.7'],
    ['198.51.100.7', '203.0.113.9', ['10.0.0.0/8'], '198.51.100.7'],
    ['10.1.2.3', '203.0.113.9', ['10.0.0.0/8'], '203.0.113.9'],
    ['::ffff:10.1.2.3', '203.0.113.9', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '192.0.2.66, 203.0.113.9', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '203.0.113.9, 10.9.9.9', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '203.0.113.9, nonsense', ['10.0.0.0/8'], '10.1.2.3'],
    ['10.1.2.3', undefined, ['10.0.0.0/8'], '10.1.2.3'],
    ['10.1.2.3', '', ['10.0.0.0/8'], '10.1.2.3'],
    // some proxies write the port too
    ['10.1.2.3', '203.0.113.9:51234', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '203.0.113.9:51234, 10.9.9.9:80', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '[2001:db8::1]:51234', ['10.0.0.0/8'], '2001:db8:0:0::/64'],
    ['10.1.2.3', '[2001:db8::1]', ['10.0.0.0/8'], '2001:db8:0:0::/64'],
    ['10.1.2.3', '203.0.113.9:512345', ['10.0.0.0/8'], '10.1.2.3'],
    ['10.1.2.3', '203.0.113.9, ::ffff:a09:909', ['10.0.0.0/8'], '203.0.113.9'],
    // what only says that it comes from a trusted network is not there
    ['2002:a01:203::1', '203.0.113.9', ['10.0.0.0/8'], '10.1.2.3'],
    ['64:ff9b::a01:203', '203.0.113.9', ['10.0.0.0/8'], '10.1.2.3'],
    ['fd00::1', '2001:db8::1', ['fd00::/8'], '2001:db8:0:0::/64'],
  ])('from %s with X-Forwarded-For %s and trust in %j counts %s', async (remote, forwarded, trusted, counted) => {
    expect(await prefixOf(remote, forwarded, trusted)).toBe(counted);
  });

  it.each([undefined, {}, { incoming: {} }, { incoming: { socket: {} } }])('counts a request with %j as one visitor', async (bindings) => {
    const app = new Hono().get('/', (c) => c.text(createClientPrefix(['0.0.0.0/0', '::/0'])(c)));
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect(await (await app.request('/', { headers }, bindings)).text()).toBe('unknown');
  });
});

describe('isCidr', () => {
  it.each(['10.0.0.0/8', '127.0.0.1/32', 'fd00::/8', '::1/128'])('takes %s', (text) => expect(isCidr(text)).toBe(true));
  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0/8',
    '/8',
    '10.0.0.0/8/8',
    '*',
    '::1/129',
    '10.0.0.0/x',
    '10.0.0.0/',
    '10.0.0.0/+8',
    '10.0.0.0/1e1',
    '10.0.0.0/0008',
    '',
    '/',
    '/0',
    '::/',
  ])('refuses %s', (text) => expect(isCidr(text)).toBe(false));
});

describe('createNetworkList', () => {
  it.each([
    ['10.200.0.1', true],
    ['11.0.0.1', false],
    ['fd00::7', true],
    ['fe00::7', false],
    ['unknown', false],
    ['', false],
  ])('knows whether %j is in one of the networks', (address, isIn) => {
    expect(createNetworkList(['10.0.0.0/8', 'fd00::/8'])(address)).toBe(isIn);
  });

  it('knows every address in a network of all, and what is no address in none', () => {
    const isIn = createNetworkList(['0.0.0.0/0', '::/0']);
    expect(['192.0.2.1', '::1', 'fe80::1', 'unknown', '', '1.2.3'].map(isIn)).toEqual([true, true, true, false, false, false]);
  });
});
