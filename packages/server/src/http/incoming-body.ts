/**
 * A body as Node hands it out.
 *
 * Promise: whoever sends a body letter by letter costs the socket and a few closures; a web stream for each of them costs
 * 30 kB more.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import { BillingError } from './billing-error.ts';

interface NodeBindings {
  readonly incoming?: Partial<IncomingMessage>;
  readonly outgoing?: ServerResponse;
}

/** The request as Node has it, with its body not yet begun; undefined for any other kind of request. */
export function incomingOf(c: Context): IncomingMessage | undefined {
  const { incoming } = (c.env ?? {}) as NodeBindings;
  return typeof incoming?.on === 'function' ? (incoming as IncomingMessage) : undefined;
}

/** Whether a body follows the headers (RFC 9112 §6.3). */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Bytes that come one after the other, in one piece of memory: each chunk of Node's costs half a kilobyte beside its letter. */
function createCollector() {
  let bytes = Buffer.alloc(0);
  let size = 0;
  return {
    add(chunk: Buffer<ArrayBuffer>): void {
      if (size === 0) bytes = chunk;
      else {
        if (size + chunk.length > bytes.length) bytes = enlarged(bytes.subarray(0, size), 2 * (size + chunk.length));
        chunk.copy(bytes, size);
      }
      size += chunk.length;
    },
    whole: (): Buffer => bytes.subarray(0, size),
  };
}

function enlarged(bytes: Buffer, length: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(length, 256));
  bytes.copy(larger);
  return larger;
}

/** All bytes, at most `limit`; what comes beyond is not read, and the connection ends with the answer. */
export function readIncoming(c: Context, incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const { outgoing } = (c.env ?? {}) as NodeBindings;
  return new Promise((resolve, reject) => {
    const collected = createCollector();
    const leave = (): void => {
      incoming.off('data', take).off('end', end).off('error', broken).off('close', broken);
    };
    const take = (chunk: Buffer<ArrayBuffer>): void => {
      if (collected.whole().length + chunk.length <= limit) return collected.add(chunk);
      leave();
      incoming.pause();
      if (outgoing) outgoing.shouldKeepAlive = false;
      reject(new BillingError('body_too_large'));
    };
    const end = (): void => {
      leave();
      resolve(collected.whole());
    };
    // nobody is there any more to read an answer
    const broken = (): void => {
      leave();
      reject(new BillingError('invalid_request', { detail: 'The body ended before its end.' }));
    };
    incoming.on('data', take).on('end', end).on('error', broken).on('close', broken);
    if (incoming.destroyed) broken();
  });
}
