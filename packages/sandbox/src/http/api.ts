/**
 * How a resource offers its operations: method, path, parameters and a function that does the work.
 *
 * Promise: every operation has the same manners: key, strict parameters, all or nothing, idempotency, expansion, Stripe-shaped errors.
 */
import { Hono } from 'hono';
import { testClockTime } from '../store/test-clock-of.ts';
import { apiVersion } from '../objects/event.ts';
import type { World } from '../world.ts';
import { type Access, accessOf } from './access.ts';
import { type Answer, type Incoming, refusal, responseOf, success, type Told, versionOf } from './answer.ts';
import { ApiError, errorJson, invalid, missing } from './api-error.ts';
import { ConnectionCut, type FaultRule, refuseDone, refuseEarly, refuseLate } from './faults.ts';
import { decodeForm, type FormFields } from './form.ts';
import { createManners, type Manners } from './manners.ts';
import type { Observer } from './observer.ts';
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

/** Parameters that name something which may live by a test clock. */
const ownerParams = ['test_clock', 'customer', 'subscription', 'invoice', 'from_subscription', 'payment_intent', 'charge'] as const;

/** The time by which a request's objects live where that is a test clock's; the clock itself is no such object. */
function timeOf(world: World, id: string, form: FormFields): number | undefined {
  const named = [id, ...ownerParams.map((name) => form[name])].filter((one) => typeof one === 'string');
  return id.startsWith('clock_') ? undefined : testClockTime(world.tables, named);
}

/** What the path names. */
interface Ids {
  readonly id: string;
  readonly part: string;
}

/** A call on its way: what it says, what will happen to it, what it writes to. */
interface Passage {
  readonly incoming: Incoming;
  readonly url: URL;
  readonly encoded: string;
  readonly fault: FaultRule | null;
  readonly object: string | null;
}

const expandPaths = listOf(text);

/** `expand` apart from the operation's own parameters. */
function splitExpand(form: FormFields): { expand: readonly string[]; rest: FormFields } {
  const { expand = [], ...rest } = form;
  return { expand: expandPaths.read(expand, 'expand'), rest };
}

function demandVersion(request: Request): void {
  const version = versionOf(request);
  if (version === apiVersion) return;
  throw invalid(`Invalid Stripe API version: ${version}. This sandbox speaks ${apiVersion} only.`);
}

/** The kept answer of the call's key, or a new one that is kept when the work was begun. */
async function once({ keys }: Manners, now: number, passage: Passage, work: () => Promise<Told>): Promise<Told> {
  const { incoming, url, encoded } = passage;
  if (incoming.key === null) return work();
  const recorded = keys.begin(incoming.key, `${url.pathname}?${encoded}`, now);
  if (recorded) return { ...recorded, executed: true, replayed: true, error: null, retry: recorded.status >= 500 ? false : null };
  let kept: Answer | null = null;
  try {
    const told = await work();
    if (told.executed) kept = { status: told.status, body: told.body };
    return told;
  } finally {
    keys.settle(incoming.key, kept);
  }
}

/** What every operation works with. */
interface House {
  readonly world: World;
  readonly observer: Observer;
  readonly manners: Manners;
}

function execute<F extends Fields>(world: World, operation: Operation<F>, incoming: Incoming, form: FormFields, { id, part }: Ids): object {
  const access = accessOf(incoming.request);
  if (access === 'publishable' && !operation.publishable) {
    throw new ApiError(403, { type: 'invalid_request_error', message: 'This API call cannot be made with a publishable API key.' });
  }
  demandVersion(incoming.request);
  const { expand, rest } = splitExpand(form);
  const params = shape(operation.fields).read(rest, '');
  const cause = { id: incoming.requestId, idempotency_key: incoming.key };
  const run = (): object => renderExpanded(world.tables, operation.run({ world, params, id, part, access }), expand);
  return world.request(cause, run, timeOf(world, id, form));
}

const logUrl = ({ settings }: World, { requestId }: Incoming): string => `${settings.publicUrl()}/_sandbox/#${requestId}`;

/** The work under its key and its lock, with what was ordered to go wrong. */
function work({ world, manners }: House, passage: Passage, run: () => object): Promise<Told> {
  const { incoming, fault, object } = passage;
  return once(manners, world.now(), passage, async () => {
    try {
      return await manners.locks.during(object, async () => {
        if (fault?.kind === 'slow') await manners.wait(fault.milliseconds ?? 1000);
        refuseLate(fault);
        const done = success(run());
        refuseDone(fault);
        return done;
      });
    } catch (error) {
      return refusal(error, incoming, logUrl(world, incoming));
    }
  });
}

function note({ world, manners, observer }: House, { incoming, url }: Passage, { status, error, body }: Told, params: FormFields): void {
  const { method } = incoming.request;
  const path = url.pathname;
  manners.log.add({ id: incoming.requestId, method, path, status, created: world.now(), idempotency_key: incoming.key, error });
  observer.exchange?.({ method, path, params, status, body: JSON.parse(body) });
}

async function readPassage({ world, manners }: House, request: Request, { id }: Ids): Promise<Passage> {
  const isPost = request.method === 'POST';
  const url = new URL(request.url);
  const key = isPost ? request.headers.get('idempotency-key') : null;
  return {
    incoming: { request, requestId: world.ids.next('req', 14), key },
    url,
    encoded: isPost ? await request.text() : url.search.slice(1),
    fault: manners.faults.take(request.method, url.pathname),
    object: request.method !== 'GET' && id !== '' ? id : null,
  };
}

async function answer<F extends Fields>(
  house: House,
  operation: Operation<F>,
  route: string,
  request: Request,
  ids: Ids,
): Promise<Response> {
  const { world, manners } = house;
  const passage = await readPassage(house, request, ids);
  const { incoming, encoded, fault } = passage;
  let params: FormFields = {};
  let told: Told;
  try {
    manners.limit.take(`${request.method} ${route}`);
    refuseEarly(fault);
    params = decodeForm(encoded);
    told = await work(house, passage, () => execute(world, operation, incoming, params, ids));
  } catch (error) {
    if (error instanceof ConnectionCut) throw error;
    told = refusal(error, incoming, logUrl(world, incoming));
  }
  note(house, passage, told, params);
  if (fault?.kind === 'cut_after') throw new ConnectionCut();
  return responseOf(told, incoming, apiVersion, manners.date());
}

/** The API under `/v1`, and the function by which resources offer their operations. */
export function createApi(
  world: World,
  observer: Observer = {},
  manners: Manners = createManners(),
): { readonly app: Hono; readonly offer: Offer } {
  const app = new Hono();
  const house = { world, observer, manners };
  const offer: Offer = (method, path, operation) => {
    app.on(method.toUpperCase(), `/v1${path}`, ({ req }) =>
      answer(house, operation, path, req.raw, { id: req.param('id') ?? '', part: req.param('part') ?? '' }),
    );
  };
  app.options('/v1/*', () => new Response(null, { status: 204, headers: corsHeaders }));
  return { app, offer };
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
  return new Response(JSON.stringify(errorJson(error.body)), { status: 404, headers: { 'content-type': 'application/json' } });
}

/** The row, or Stripe's 404. */
export function found<T>(row: T | undefined, kind: string, id: string): T {
  if (row === undefined) throw missing(kind, id);
  return row;
}
