import { randomBytes } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { TillEnv } from '../till.ts';

/** A UUID of version 7 (RFC 9562): sorts by time, so that a log can be searched by it. */
export function uuidv7(milliseconds: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}

/** Gives every request an id of ours; what a client sends as one is not believed. */
export const requestId = createMiddleware<TillEnv>(async (c, next) => {
  const id = uuidv7(Date.now());
  c.set('requestId', id);
  await next();
  c.header('X-Request-Id', id);
});
