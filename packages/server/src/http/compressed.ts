/**
 * Answers that many visitors read: compressed once per version, kept, and confirmed by ETag without a body.
 */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Context } from 'hono';

type Encoding = 'br' | 'gzip' | 'identity';

export interface Compressed {
  readonly etag: string;
  readonly contentType: string;
  /** The body in an encoding, compressed at the first call. */
  body(encoding: Encoding): Buffer<ArrayBuffer>;
}

export function compressed(text: string, contentType: string, etag: string): Compressed {
  const bodies = new Map<Encoding, Buffer<ArrayBuffer>>();
  return {
    etag: `"${etag}"`,
    contentType,
    body(encoding) {
      const body = bodies.get(encoding) ?? compress(Buffer.from(text), encoding);
      bodies.set(encoding, body);
      return body;
    },
  };
}

/** Sends it in the best encoding the client takes, or 304 when the client has this version. */
export function sendCompressed(c: Context, { etag, contentType, body }: Compressed, cacheControl: string): Response {
  c.header('ETag', etag);
  c.header('Cache-Control', cacheControl);
  c.header('Vary', 'Accept-Encoding', { append: true });
  if (hasEtag(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  const encoding = acceptedEncoding(c.req.header('accept-encoding') ?? '');
  if (encoding !== 'identity') c.header('Content-Encoding', encoding);
  c.header('Content-Type', contentType);
  return c.body(body(encoding));
}

/** Above this the best brotli would hold up other answers for tenths of a second. */
const slowBytes = 96 * 1024;

function compress(bytes: Buffer<ArrayBuffer>, encoding: Encoding): Buffer<ArrayBuffer> {
  if (encoding === 'gzip') return gzipSync(bytes, { level: 9 });
  if (encoding === 'br')
    return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length < slowBytes ? 11 : 6 } });
  return bytes;
}

function acceptedEncoding(header: string): Encoding {
  const accepted = header
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split(';'))
    .filter(([, quality]) => !/^\s*q=0(?:\.0*)?\s*$/u.test(quality ?? ''))
    .map(([name]) => name);
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : 'identity';
}

/** Weak comparison (RFC 9110 §13.1.2): a proxy may have marked our ETag as weak. */
function hasEtag(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((given) => given.trim().replace(/^W\//u, '') === etag || given.trim() === '*');
}
