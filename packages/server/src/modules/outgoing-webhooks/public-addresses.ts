/**
 * Which addresses of the internet a webhook may go to.
 *
 * Promise: only what is routed on the public internet; whatever leads into a private network, to this machine, to a cloud's
 * metadata, or is an IPv4 address in an IPv6 disguise, does not.
 */
import { BlockList, isIP } from 'node:net';

type Network = readonly [address: string, prefix: number];

/** Of the IANA registry of special purposes (RFC 6890), and one public address behind which a cloud keeps its own. */
const privateIpv4: readonly Network[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Everything that is routed publicly… */
const globalIpv6: Network = ['2000::', 3];
/** …but protocols of their own (Teredo among them), documentation, and IPv4 in disguise (6to4). */
const privateIpv6: readonly Network[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(networks: readonly Network[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) list.addSubnet(address, prefix, family);
  return list;
}

const closed4 = listOf(privateIpv4, 'ipv4');
const open6 = listOf([globalIpv6], 'ipv6');
const closed6 = listOf(privateIpv6, 'ipv6');
const loopback4 = listOf([['127.0.0.0', 8]], 'ipv4');

/** Whether an address, as a resolver answers it, is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed4.check(address, 'ipv4');
  return isIP(address) === 6 && !address.includes('%') && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
}

/** Whether an address is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 4 ? loopback4.check(address, 'ipv4') : address === '::1';
}
