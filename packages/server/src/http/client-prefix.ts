import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Context } from 'hono';

/** What the Node server hands to the app beside the request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/** Tells the network that a request comes from, to count by. */
export type ClientPrefix = (c: Context) => string;

/**
 * The network of the one who asks: an IPv4 address, or the /64 of an IPv6 one, which is one household or machine.
 * `X-Forwarded-For` is read from the right as far as proxies of ours wrote it; anybody can write the rest.
 */
export function createClientPrefix(trustedProxies: readonly string[]): ClientPrefix {
  const isTrusted = createNetworkList(trustedProxies);
  return (c) => {
    const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => bare(hop.trim()));
    let address = socketAddress(c);
    while (hops.length && isTrusted(address)) {
      const hop = hops.pop()!;
      if (!isIP(hop)) break;
      address = hop;
    }
    return toPrefix(address);
  };
}

/** The address that the connection comes from; `unknown` without a socket. */
export const socketAddress = (c: Context): string =>
  bare((c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown');

/** Tells whether an address, as `socketAddress` gives it, is in one of the networks. */
export function createNetworkList(cidrs: readonly string[]): (address: string) => boolean {
  const list = toBlockList(cidrs);
  return (address) => isIP(address) > 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Whether a text is a network such as `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const longest = isIPv6(address) ? 128 : 32;
  return rest.length === 0 && isIP(address) > 0 && /^\d{1,3}$/u.test(bits) && Number(bits) <= longest;
}

function toBlockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** All spellings of one /64 are one prefix. */
export function toPrefix(address: string): string {
  const plain = bare(address);
  return isIPv6(plain) ? `${expand(plain).slice(0, 4).join(':')}::/64` : plain;
}

/** Without a zone, in small letters; `::ffff:192.0.2.1` is the machine `192.0.2.1`. */
function bare(address: string): string {
  return address
    .split('%', 1)[0]!
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/u, '');
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/u, ''));
}
