/** Row 41 of the threat table: however an address is written or resolved, no connection leaves for a private network. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModule } from '@tillkit/server/modules/outgoing-webhooks/outgoing-webhooks';
import { isPublicAddress } from '@tillkit/server/modules/outgoing-webhooks/public-addresses';
import { post } from '@tillkit/server/modules/outgoing-webhooks/post';

/** Hosts as one could write them into a URL. */
const written = [
  // this machine
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  // private networks
  '10.0.0.1',
  '10.255.255.255',
  '167772161',
  '0xa000001',
  '012.0.0.1',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.0.1',
  '192.168.1.1',
  '3232235777',
  '0xc0a80101',
  '0300.0250.1.1',
  '100.64.0.1',
  '100.127.255.254',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[fec0::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:192.168.1.1]',
  '[::ffff:0:10.0.0.1]',
  // link-local and a cloud's metadata
  '169.254.0.1',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.170.2',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  // IPv4 in IPv6: 6to4, NAT64, Teredo, ISATAP in a private prefix
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  '[2002:a9fe:a9fe::]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[2001::1]',
  '[fe80::5efe:10.0.0.1]',
  // neither private nor public
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '192.88.99.1',
  '[ff02::1]',
  '[2001:db8::1]',
  '[3fff::1]',
  '[100::1]',
  '[5f00::1]',
];

/** What a resolver may answer for an innocent name. */
const resolved = [
  '127.0.0.1',
  '10.0.0.5',
  '172.20.0.2',
  '192.168.178.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fe80::1%eth0',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '2002:7f00:1::',
  '64:ff9b::a00:1',
  '2001:0:1::1',
  '168.63.129.16',
  'not an address',
  '',
];

const attempts: string[] = [];
const onSocket = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (ip: string) => attempts.push(ip));
};
const options = { headers: {}, body: '{}', timeout: 2000 };
let port = 0;
let arrived = 0;
const server = createServer((_, response) => {
  arrived += 1;
  response.end();
});

beforeAll(async () => {
  subscribe('net.client.socket', onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  unsubscribe('net.client.socket', onSocket);
  server.close();
});

const secrets = { TILL_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
const faultsOf = (url: string, more = {}): string[] => {
  const faults: string[] = [];
  readModule({ TILL_WEBHOOK_URLS: url, ...secrets, ...more }, faults);
  return faults;
};

describe(`of ${written.length + resolved.length} private addresses`, () => {
  it.each(written)('https://%s stops the start, and is not connected to', async (host) => {
    const address = `https://${host}:${port}/hook`;
    expect(faultsOf(address)).toHaveLength(1);
    const url = URL.parse(address);
    const before = attempts.length;
    if (url) await expect(post(url, options)).rejects.toThrow('private network');
    expect(attempts.length - before).toBe(0);
  });

  it.each(resolved)('a name that resolves to "%s" is not connected to, nor when a public address stands before it', async (address) => {
    const before = attempts.length;
    const answer = { address, family: address.includes(':') ? 6 : 4 };
    const url = new URL(`https://hooks.example:${port}/`);
    for (const addresses of [[answer], [{ address: '1.1.1.1', family: 4 }, answer]])
      await expect(post(url, { ...options, resolve: (_, done) => done(null, addresses) })).rejects.toThrow('private network');
    expect(attempts.length - before).toBe(0);
  });

  it('a name that was public when the server started is looked at again each time', async () => {
    const answers = ['127.0.0.1', '169.254.169.254', '::1'];
    const before = attempts.length;
    for (const address of answers) {
      const resolve = (_: string, done: (error: null, addresses: { address: string; family: number }[]) => void) =>
        done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
      await expect(post(new URL(`https://hooks.example:${port}/`), { ...options, resolve })).rejects.toThrow('private network');
    }
    expect(attempts.length - before).toBe(0);
  });

  it('the way to a receiver on this machine is open in development, to itself only, and a redirect leads nowhere', async () => {
    const before = [attempts.length, arrived] as const;
    expect(await post(new URL(`http://127.0.0.1:${port}/`), options)).toBe(200);
    expect([attempts.length, arrived]).toEqual([before[0] + 1, before[1] + 1]);
    const elsewhere = [{ address: '192.168.1.1', family: 4 }];
    await expect(post(new URL(`http://localhost:${port}/`), { ...options, resolve: (_, done) => done(null, elsewhere) })).rejects.toThrow(
      'private network',
    );
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` });
      response.end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const { port: other } = redirecting.address() as AddressInfo;
    expect(await post(new URL(`http://127.0.0.1:${other}/`), options)).toBe(307);
    expect(arrived).toBe(before[1] + 1);
    redirecting.close();
  });
});

it.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '192.167.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

describe('an address in the environment', () => {
  it.each([
    ['not a url', 'is not a URL'],
    ['http://hooks.example/', 'must begin with https://'],
    ['ftp://hooks.example/', 'must begin with https://'],
    ['https://user:word@hooks.example/', 'must have no user'],
    ['https://hooks.example/#x', 'must have no user, password or fragment'],
    ['https://localhost/', 'private network'],
    ['https://metadata.google.internal/', 'private network'],
    ['https://printer.local/', 'private network'],
  ])('%s: %s', (url, sentence) => {
    expect(faultsOf(url)).toEqual([expect.stringContaining(sentence)]);
  });

  it('may be this machine, but not in production', () => {
    expect(faultsOf('http://127.0.0.1:3000/hook')).toEqual([]);
    expect(faultsOf('http://127.0.0.1:3000/hook', { NODE_ENV: 'production' })).toHaveLength(1);
    expect(faultsOf('http://127.0.0.1:3000/hook', { STRIPE_SECRET_KEY: 'rk_live_abc' })).toHaveLength(1);
    expect(faultsOf('https://hooks.example/till,https://other.example/?token=secret')).toEqual([]);
  });

  it('is not repeated in a fault, since it may hold a secret', () => {
    expect(faultsOf('http://hooks.example/?token=abc123').join()).not.toContain('abc123');
  });
});
