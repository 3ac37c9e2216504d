import { isIPv6 } from 'node:net';
import type { Context } from 'hono';

/** What the Node server hands to the app beside the request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * The network that a request comes from: an IPv4 address, or the /64 of an IPv6 one, which is one household or machine.
 * `X-Forwarded-For` is not read, as anybody can write it.
 */
export function clientPrefix(c: Context): string {
  const address = (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown';
  return toPrefix(address);
}

/** `::ffff:192.0.2.1` and `192.0.2.1` are the same machine; all spellings of one /64 are one prefix. */
export function toPrefix(address: string): string {
  const bare = address.replace(/%.*$/u, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/u.exec(bare);
  if (mapped) return mapped[1]!;
  return isIPv6(bare) ? `${expand(bare).slice(0, 4).join(':')}::/64` : bare;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head ? head.split(':') : [];
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/u, ''));
}
