/**
 * A body as Node hands it out.
 *
 * Promise: whoever sends a body letter by letter costs the socket and a few closures. A web stream for each of them, and all
 * that a begun request is, cost three times as much.
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

/** What came of a body: its bytes, or that it was longer than anybody may send. */
interface Arrived {
  readonly bytes: Buffer;
  readonly tooLarge: boolean;
}

/** Bodies that were there before their requests began. */
const arrived = new WeakMap<IncomingMessage, Arrived>();

/** Tells what came of a body, once; nothing when its sender went away, as nobody is there to read an answer. */
function collect(incoming: IncomingMessage, limit: number, tell: (came: Arrived | undefined) => void): void {
  const collected = createCollector();
  const leave = (came?: Arrived): void => {
    incoming.off('data', take).off('end', end).off('error', broken).off('close', broken);
    tell(came);
  };
  const take = (chunk: Buffer<ArrayBuffer>): void => {
    if (collected.whole().length + chunk.length <= limit) return collected.add(chunk);
    incoming.pause();
    leave({ bytes: Buffer.alloc(0), tooLarge: true });
  };
  const end = (): void => leave({ bytes: collected.whole(), tooLarge: false });
  const broken = (): void => leave();
  incoming.on('data', take).on('end', end).on('error', broken).on('close', broken);
  if (incoming.destroyed) broken();
}

/**
 * Begins a request when its body is there, or is too long; one without a body at once. A request whose body comes letter by
 * letter costs no more than one whose headers do, and one whose body never ends is never begun.
 */
export function whenArrived(incoming: IncomingMessage, limit: number, begin: () => void): void {
  if (!announcesBody(incoming)) return begin();
  const known = (came: Arrived): void => {
    arrived.set(incoming, came);
    begin();
  };
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return known({ bytes: Buffer.alloc(0), tooLarge: true });
  collect(incoming, limit, (came) => came && known(came));
}

/** All bytes, at most `limit`; what comes beyond is not read, and the connection ends with the answer. */
export async function readIncoming(c: Context, incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const came = arrived.get(incoming) ?? (await new Promise<Arrived | undefined>((resolve) => collect(incoming, limit, resolve)));
  if (!came) throw new BillingError('invalid_request', { detail: 'The body ended before its end.' });
  if (!came.tooLarge && came.bytes.length <= limit) return came.bytes;
  const { outgoing } = (c.env ?? {}) as NodeBindings;
  if (outgoing) outgoing.shouldKeepAlive = false;
  throw new BillingError('body_too_large');
}
