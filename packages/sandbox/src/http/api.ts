/**
 * How a resource offers its operations: method, path, parameters and a function that does the work.
 *
 * Promise: every operation has the same manners: key, strict parameters, all or nothing, idempotency, expansion, Stripe-shaped errors.
 */
import { Hono } from 'hono';
import { testClockOf } from '../life/test-clock-turn.ts';
import { apiVersion } from '../objects/event.ts';
import type { World } from '../world.ts';
import { type Access, accessOf } from './access.ts';
import { ApiError, errorJson, invalid, missing } from './api-error.ts';
import { decodeForm, type FormFields } from './form.ts';
import type { Observer } from './observer.ts';
import { type Answer, IdempotencyKeys } from './idempotency.ts';
import { type Fields, listOf, type Params, shape, text } from './read.ts';
import { renderExpanded } from './render.ts';

export interface Call<F extends Fields> {
  readonly world: World;
  readonly params: Params<F>;
  /** The path's `:id`. */
  readonly id: string;
  /** The path's `:part`, the id of something that belongs to `id`. */
  readonly part: string;
  readonly access: Access;
}

export interface Operation<F extends Fields> {
  readonly fields: F;
  readonly run: (call: Call<F>) => object;
  /** Also for a browser with the publishable key. */
  readonly publishable?: true;
}

export type Method = 'get' | 'post' | 'delete';
/** Offers an operation under `/v1`. */
export type Offer = <const F extends Fields>(method: Method, path: string, operation: Operation<F>) => void;

interface Incoming {
  readonly request: Request;
  readonly requestId: string;
  readonly key: string | null;
}

/** Parameters that name something which may live by a test clock. */
const ownerParams = ['test_clock', 'customer', 'subscription', 'invoice', 'from_subscription'] as const;

/** The time of the test clock that a request's objects live by, in unix seconds; none without such a clock. */
function testClockTime(world: World, id: string, form: FormFields): number | undefined {
  for (const named of [id, ...ownerParams.map((name) => form[name])]) {
    const clock = typeof named === 'string' ? testClockOf(world.tables, named) : null;
    if (clock !== null && clock !== id) return world.tables.testClocks.get(clock)?.frozen_time;
  }
  return undefined;
}

/** What the path names. */
interface Ids {
  readonly id: string;
  readonly part: string;
}

const expandPaths = listOf(text);

/** `expand` apart from the operation's own parameters. */
function splitExpand(form: FormFields): { expand: readonly string[]; rest: FormFields } {
  const { expand = [], ...rest } = form;
  return { expand: expandPaths.read(expand, 'expand'), rest };
}

function failure(error: unknown): Answer & { readonly executed: boolean } {
  if (!(error instanceof ApiError)) throw error;
  return { status: error.status, body: JSON.stringify(errorJson(error.body), null, 2), executed: error.status === 402 };
}

function headersOf({ requestId, key }: Incoming, replayed: boolean): Headers {
  const headers = new Headers({
    'content-type': 'application/json',
    'request-id': requestId,
    'stripe-version': apiVersion,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'request-id',
  });
  if (key !== null) headers.set('idempotency-key', key);
  if (replayed) headers.set('idempotent-replayed', 'true');
  return headers;
}

const versionOf = (request: Request): string => request.headers.get('stripe-version') ?? apiVersion;

function demandVersion(request: Request): void {
  const version = versionOf(request);
  if (version === apiVersion) return;
  throw invalid(`Invalid Stripe API version: ${version}. This sandbox speaks ${apiVersion} only.`);
}

/** The recorded answer, or a new one that is recorded when the work was begun. */
function once(keys: IdempotencyKeys, now: number, key: string, fingerprint: string, work: () => Answer): Answer & { replayed: boolean } {
  const recorded = keys.begin(key, fingerprint, now);
  if (recorded) return { ...recorded, replayed: true };
  let settled: Answer | null = null;
  try {
    settled = work();
    return { ...settled, replayed: false };
  } catch (error) {
    const { executed, ...answer } = failure(error);
    if (executed) settled = answer;
    return { ...answer, replayed: false };
  } finally {
    keys.settle(key, settled);
  }
}

/** The API under `/v1`, and the function by which resources offer their operations. */
export function createApi(
  world: World,
  observer: Observer = {},
): { readonly app: Hono; readonly offer: Offer; readonly keys: IdempotencyKeys } {
  const app = new Hono();
  const keys = new IdempotencyKeys();

  function execute<F extends Fields>(operation: Operation<F>, incoming: Incoming, form: FormFields, { id, part }: Ids): Answer {
    const access = accessOf(incoming.request);
    if (access === 'publishable' && !operation.publishable) {
      throw new ApiError(403, { type: 'invalid_request_error', message: 'This API call cannot be made with a publishable API key.' });
    }
    demandVersion(incoming.request);
    const { expand, rest } = splitExpand(form);
    const params = shape(operation.fields).read(rest, '');
    const cause = { id: incoming.requestId, idempotency_key: incoming.key };
    const work = (): object => renderExpanded(world.tables, operation.run({ world, params, id, part, access }), expand);
    const shown = world.request(cause, work, testClockTime(world, id, form));
    return { status: 200, body: JSON.stringify(shown, null, 2) };
  }

  async function answer<F extends Fields>(operation: Operation<F>, request: Request, ids: Ids): Promise<Response> {
    const isPost = request.method === 'POST';
    const incoming: Incoming = {
      request,
      requestId: world.ids.next('req', 14),
      key: isPost ? request.headers.get('idempotency-key') : null,
    };
    const encoded = isPost ? await request.text() : new URL(request.url).search.slice(1);
    let replayed = false;
    let told: Answer;
    let params: FormFields = {};
    try {
      params = decodeForm(encoded);
      const work = (): Answer => execute(operation, incoming, params, ids);
      if (incoming.key === null) told = work();
      else ({ replayed, ...told } = once(keys, world.now(), incoming.key, `${new URL(request.url).pathname}?${encoded}`, work));
    } catch (error) {
      told = failure(error);
    }
    const { pathname } = new URL(request.url);
    observer.exchange?.({ method: request.method, path: pathname, params, status: told.status, body: JSON.parse(told.body) });
    return new Response(told.body, { status: told.status, headers: headersOf(incoming, replayed) });
  }

  const offer: Offer = (method, path, operation) => {
    app.on(method.toUpperCase(), `/v1${path}`, ({ req }) =>
      answer(operation, req.raw, { id: req.param('id') ?? '', part: req.param('part') ?? '' }),
    );
  };
  app.options('/v1/*', () => new Response(null, { status: 204, headers: corsHeaders }));
  return { app, offer, keys };
}

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, stripe-version, idempotency-key',
  'access-control-max-age': '86400',
};

/** What a path under `/v1` gets that leads nowhere. */
export function unknownPath(request: Request): Response {
  const { pathname } = new URL(request.url);
  const error = new ApiError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${request.method}: ${pathname}). This sandbox may not have that resource yet.`,
  });
  return new Response(JSON.stringify(errorJson(error.body), null, 2), { status: 404, headers: { 'content-type': 'application/json' } });
}

/** The row, or Stripe's 404. */
export function found<T>(row: T | undefined, kind: string, id: string): T {
  if (row === undefined) throw missing(kind, id);
  return row;
}
