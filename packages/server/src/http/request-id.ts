import { createMiddleware } from 'hono/factory';
import type { TillEnv } from '../till.ts';
import { createNetworkList, socketAddress } from './client-prefix.ts';

/** A UUID of version 7 (RFC 9562): sorts by time, so that a log can be searched by it. */
export function uuidv7(milliseconds: number): string {
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(16)).buffer);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

const wellFormed = /^[\w-]{8,64}$/u;

/**
 * Gives every request an id of ours. What a proxy of the owner's sends as one is kept, so that both logs name a request
 * alike; what anybody else sends is not read.
 */
export function createRequestId(trustedProxies: readonly string[]) {
  const isTrusted = createNetworkList(trustedProxies);
  return createMiddleware<TillEnv>(async (c, next) => {
    const given = c.req.header('x-request-id') ?? '';
    const id = wellFormed.test(given) && isTrusted(socketAddress(c)) ? given : uuidv7(Date.now());
    c.set('requestId', id);
    await next();
    c.header('X-Request-Id', id);
  });
}
