/**
 * The only reader of request bodies.
 *
 * Promise: never more than the limit is held in memory, whatever `Content-Length` says; a body that is not exactly what
 * the contract describes never reaches a route.
 */
import type { Context } from 'hono';
import * as v from 'valibot';
import { BillingError } from './billing-error.ts';
import { announcesBody, incomingOf, readIncoming } from './incoming-body.ts';
import { isStorable } from './storable.ts';

export const apiBodyLimit = 16 * 1024;
export const webhookBodyLimit = 256 * 1024;

/** The raw bytes of a body, at most `limit` of them. */
export async function readBody(c: Context, limit: number): Promise<Buffer> {
  if (Number(c.req.header('content-length') ?? 0) > limit) throw new BillingError('body_too_large');
  const incoming = incomingOf(c);
  return incoming ? readIncoming(c, incoming, limit) : readBytes(c.req.raw, limit);
}

/** The same of a request that does not come from Node's own server. */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw new BillingError('body_too_large');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    // leaving the loop cancels the stream
    if (size > limit) throw new BillingError('body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A JSON body that matches `schema`, with no key that the schema does not name. */
export async function readJson<Schema extends v.GenericSchema>(c: Context, schema: Schema): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json\s*(?:;|$)/iu.test(c.req.header('content-type') ?? '')) throw new BillingError('json_expected');
  return check(schema, parse(await readBody(c, apiBodyLimit)));
}

/** The same where the whole body may be left out. */
export async function readOptionalJson<Schema extends v.GenericSchema>(c: Context, schema: Schema): Promise<v.InferOutput<Schema>> {
  if (c.req.header('content-type') !== undefined) return readJson(c, schema);
  const incoming = incomingOf(c);
  return (incoming ? announcesBody(incoming) : c.req.raw.body) ? readJson(c, schema) : check(schema, {});
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), refuseOdd);
  } catch {
    throw new BillingError('invalid_request', { detail: 'The body is not JSON in UTF-8.' });
  }
}

/** Keys that objects have of their own accord; a schema would take them for known. */
const oddKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Refuses what a database cannot keep, and keys that reach into a prototype. */
function refuseOdd(key: string, value: unknown): unknown {
  if (oddKeys.has(key) || !isStorable(key) || (typeof value === 'string' && !isStorable(value))) throw new SyntaxError('odd');
  return value;
}

/** The query of an address that matches `schema`; what a database cannot keep is refused as in a body. */
export function readQuery<Schema extends v.GenericSchema>(c: Context, schema: Schema): v.InferOutput<Schema> {
  const query = c.req.query();
  if (!Object.values(query).every(isStorable)) throw new BillingError('invalid_request');
  return check(schema, query);
}

/** Checks anything from outside; a refusal names the field and never repeats its value. */
export function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]);
  throw new BillingError('invalid_request', {
    detail: path ? `The field "${path.slice(0, 100)}" is missing or not as described.` : 'The body is not as described.',
  });
}
