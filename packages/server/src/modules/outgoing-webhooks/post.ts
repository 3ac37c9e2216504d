/**
 * One POST to an address of the owner's, and nowhere else.
 *
 * Promise: the address is looked at after its name was resolved, and what was looked at is what is connected to, so that a
 * name cannot lead anywhere else the second time. No redirect is followed, nothing of the answer is kept but its status.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-addresses.ts';

/** Finds all addresses of a name. */
export type Resolve = (hostname: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for everything, from the name to the status. */
  readonly timeout: number;
  /** Default: the system's resolver. */
  readonly resolve?: Resolve;
}

/** A name led to where no webhook goes. */
export class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
  constructor() {
    super('The address leads into a private network.');
  }
}

const resolveBySystem: Resolve = (hostname, done) => {
  systemLookup(hostname, { all: true }, done);
};

/** An address without encryption, which is allowed for this machine only. */
export const isOwnMachine = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && (hostname === 'localhost' || isLoopbackAddress(bare(hostname)));

/** The host of a URL as an address or name; IPv6 stands in brackets there. */
export const bare = (hostname: string): string => hostname.replaceAll(/^\[|\]$/gu, '');

/** Sends; answers the status. Throws when nothing was answered in time, or the address may not be reached. */
export function post(url: URL, { headers, body, timeout, resolve = resolveBySystem }: PostOptions): Promise<number> {
  const isAllowed = isOwnMachine(url) ? isLoopbackAddress : isPublicAddress;
  const hostname = bare(url.hostname);
  // an address that needs no resolver is not given to `lookup`
  if (isIP(hostname) && !isAllowed(hostname)) return Promise.reject(new PrivateAddress());
  return new Promise((settle, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        lookup: checkedLookup(resolve, isAllowed),
        signal: AbortSignal.timeout(timeout),
      },
      (response) => {
        settle(response.statusCode ?? 0);
        response.destroy();
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Names with one forbidden address among others are refused as a whole: nobody needs them. */
function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) done((error ?? new Error('The name has no address.')) as NodeJS.ErrnoException, '', 0);
      else if (!addresses.every(({ address }) => isAllowed(address))) done(new PrivateAddress(), '', 0);
      else if (options.all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
  };
}
