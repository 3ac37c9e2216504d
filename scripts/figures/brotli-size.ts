import { brotliCompressSync, constants } from 'node:zlib';

/** Bytes on the wire with brotli at its strongest, which a server does once for each release. */
export function brotliSize(text: string): number {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) };
  return brotliCompressSync(text, { params }).length;
}
