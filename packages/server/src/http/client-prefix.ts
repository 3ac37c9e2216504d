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

/**
 * All spellings of one /64 are one prefix; who comes through a tunnel or a translator is the IPv4 machine behind it, which
 * would have a /48 of 65,536 prefixes, or one prefix together with everybody else.
 */
export function toPrefix(address: string): string {
  const plain = bare(address);
  if (!isIPv6(plain)) return plain;
  const groups = expand(plain);
  const [first, second, third, ...rest] = groups;
  if (first === '2002') return toIPv4(second!, third!); // 6to4, RFC 3056
  const translated = groups.slice(0, 6).join(':') === '64:ff9b:0:0:0:0'; // NAT64, RFC 6052
  return translated ? toIPv4(rest[3]!, rest[4]!) : `${groups.slice(0, 4).join(':')}::/64`;
}

/**
 * The /48 around the /64 of an IPv6 network, which is what one customer of a provider is given at most; undefined for an
 * IPv4 address.
 */
export function toSite(prefix: string): string | undefined {
  const groups = prefix.endsWith('::/64') ? prefix.split(':') : [];
  return groups.length > 0 ? `${groups.slice(0, 3).join(':')}::/48` : undefined;
}

/** Without a zone or port, in small letters; `::ffff:192.0.2.1`, however it is spelled, is the machine `192.0.2.1`. */
function bare(text: string): string {
  const address = text
    .toLowerCase()
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/u, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/u, '$1')
    .split('%', 1)[0]!;
  const groups = isIPv6(address) ? expand(address) : [];
  return groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff' ? toIPv4(groups[6]!, groups[7]!) : address;
}

/** The IPv4 address of two groups. */
function toIPv4(...groups: [high: string, low: string]): string {
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]).join('.');
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const hex = (text: string): string => ((Number(text.split('.')[0]) << 8) | Number(text.split('.')[1])).toString(16);
  const dotted = /^(.*:)(\d+\.\d+)\.(\d+\.\d+)$/u.exec(address);
  const [head = '', tail] = (dotted ? `${dotted[1]}${hex(dotted[2]!)}:${hex(dotted[3]!)}` : address).split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/u, ''));
}
