/**
 * Changes of one subscription that two servers on one database are asked for at the same time, in an order that a seed draws:
 * as often as somebody asks for. Tests and `npm run soak` share it.
 *
 * The model: whatever came of each request, what was charged is what the one change showed that was made; every refused one
 * changed nothing; and what was planned before is planned still unless somebody was told otherwise.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import { createTillApp, openStore, type Store, type TillApp } from '@tillkit/server';
import { silentLog } from '@tillkit/server/ops/log';
import type { Database } from '@tillkit/server/store/database';
import type { Stripe } from 'stripe';
import { shop, startTill, type TestTill } from '../support/till.ts';

export const changeModes = [
  'prorate_now',
  'prorate_next_invoice',
  'difference_now',
  'full_price_now',
  'no_charge',
  'at_period_end',
] as const;
export type ChangeModeName = (typeof changeModes)[number];

export interface ChangeRunOptions {
  readonly mode: ChangeModeName;
  readonly seed: number;
  readonly runs: number;
  /** Two connections to one and the same new database; one where it serves one process only. */
  readonly open: () => Promise<readonly [Database, Database?]>;
}

export interface ChangeRuns {
  readonly runs: number;
  /** What of the model did not hold, with the seed and the number of the run. */
  readonly wrong: readonly string[];
  /** Changes that were made, and requests that died half way. */
  readonly made: number;
  readonly died: number;
}

/** Numbers from 0 to 1 that a seed starts (mulberry32). */
function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets calls go one at a time, each drawn from those that wait. */
function createGate(draw: () => number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const letOneGo = (): void => {
    waiting.splice(Math.floor(draw() * waiting.length), 1)[0]?.();
    if (waiting.length > 0) setImmediate(letOneGo);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(letOneGo);
    });
}

/** A request that is watched on its way to Stripe. */
interface Watched {
  /** Which of the servers has it. */
  readonly server: number;
  /** Calls to Stripe after which its server dies; 0: it does not. */
  readonly diesAt: number;
  /** Whether Stripe still does what the last call asks for. */
  readonly heard: boolean;
  calls: number;
  dead: boolean;
  /** Its server dies. */
  die(): void;
  /** It dies with its server. */
  bury(): void;
}

const never = new Promise<never>(() => undefined);

/** Stripe behind the gate. */
function gated(
  inner: () => (request: Request) => Promise<Response> | Response,
  gate: () => Promise<void>,
  watching: AsyncLocalStorage<Watched>,
) {
  return (async (input, init) => {
    const request = new Request(input, init);
    const watched = watching.getStore();
    if (!watched) return inner()(request);
    await gate();
    // what goes on of it until here may have taken the turn once more
    if (watched.dead) watched.die();
    if (watched.dead) return never;
    watched.calls += 1;
    const dies = watched.calls === watched.diesAt;
    const response = dies && !watched.heard ? undefined : await inner()(request);
    if (response && !dies) return response;
    watched.die();
    return never;
  }) as typeof globalThis.fetch;
}

const catalogOf = (mode: ChangeModeName) => {
  const price = (amount: number) => [{ interval: 'month', amounts: { usd: amount } }];
  const [seats, changes] = [
    { min: 1, max: 50 },
    { upgrade: mode, downgrade: 'at_period_end' },
  ];
  return {
    locales: ['en'],
    defaultCurrency: 'usd',
    currencies: ['usd'],
    plans: [
      { id: 'small', name: 'Small', prices: price(1000), seats, changes },
      { id: 'large', name: 'Large', prices: price(4000), seats, changes },
    ],
  };
};

const unlimited = { checkout: [], preview: [], code: [], signIn: [], write: [], read: [] };

/** Runs so many interleavings of two to four requests. */
export async function runChanges({ mode, seed, runs, open }: ChangeRunOptions): Promise<ChangeRuns> {
  const draw = drawing(seed);
  const watching = new AsyncLocalStorage<Watched>();
  const parts: { till?: TestTill; skip: number } = { skip: 0 };
  const [first, second] = await open();
  const app = {
    // a death moves the servers' clock on, so that nobody waits for the dead
    now: () => parts.till!.sandbox.clock.now() + parts.skip,
    stripeFetch: gated(() => parts.till!.sandbox.fetch, createGate(draw), watching),
  };
  const till = await startTill({ catalog: catalogOf(mode), database: first, app, observed: false });
  parts.till = till;
  const store = second ? await openStore(second, [], { guest: true }) : till.store;
  const start = (tables: Store): TillApp =>
    createTillApp({ config: till.config, store: tables, catalogFile: async () => till.file, limits: unlimited, log: silentLog, ...app });
  const client = await till.stripe();
  // events would be one more request that reads; what is looked at here needs none
  for (const { id } of (await client.webhookEndpoints.list()).data) await client.webhookEndpoints.del(id);
  const stage: Stage = {
    till,
    client,
    servers: [start(till.store), start(store)],
    restart: (server) => (stage.servers[server] = start(server === 0 ? till.store : store)),
    running: new Set(),
    watching,
    draw,
    skip: (seconds) => (parts.skip += seconds),
    now: app.now,
  };

  const wrong: string[] = [];
  let [made, died] = [0, 0];
  let life = await begin(stage, 0);
  for (let run = 0; run < runs; run += 1) {
    const outcome = await interleave(stage, life);
    made += outcome.made;
    died += outcome.died;
    for (const fault of outcome.faults) wrong.push(`${mode}, seed ${seed}, run ${run}: ${fault}`);
    if (outcome.faults.length > 0 || run % 12 === 11) life = await begin(stage, run + 1);
  }
  for (const server of stage.servers) await server.stop();
  if (second) await store.close();
  await till.close();
  return { runs, wrong, made, died };
}

interface Stage {
  readonly till: TestTill;
  readonly client: Stripe;
  readonly servers: TillApp[];
  /** Puts a new process in the place of one that died. */
  restart(server: number): void;
  readonly running: Set<Watched>;
  readonly watching: AsyncLocalStorage<Watched>;
  readonly draw: () => number;
  skip(seconds: number): void;
  readonly now: () => number;
}

interface Life {
  readonly subject: string;
  readonly customerId: string;
  readonly id: string;
  token: string;
  signedInAt: number;
  /** What was seen last. */
  seen?: Looked;
}

/** By the servers' clock. */
async function signIn({ till, now }: Stage, subject: string, customer: string): Promise<Pick<Life, 'token' | 'signedInAt'>> {
  return { token: await till.signIn(subject, { customer, iat: now(), exp: now() + 300 }), signedInAt: now() };
}

/** Somebody new with two seats of the small plan. */
async function begin(stage: Stage, number: number): Promise<Life> {
  const { client } = stage;
  const subject = `person-${number}`;
  const method = { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } };
  const { id: customerId } = await client.customers.create(method);
  const { data: prices } = await client.prices.list({ limit: 100 });
  const small = prices.find(({ unit_amount: amount }) => amount === 1000)!;
  const metadata = { till_plan: 'small', till_group: 'main' };
  const { id } = await client.subscriptions.create({ customer: customerId, items: [{ price: small.id, quantity: 2 }], metadata });
  return { subject, customerId, id, ...(await signIn(stage, subject, customerId)) };
}

/** `items` are those that a confirmation leads to. */
type Ask =
  | { readonly kind: 'confirm'; readonly shown: PreviewResponse; readonly items: string }
  | { readonly kind: 'cancel' | 'resume' | 'undo' };

/** `status` 0: it died. */
type Answered = Ask & { readonly status: number; readonly code: string | undefined };

/** One request to one of the servers, in full. */
async function send(server: TillApp, token: string, method: string, path: string, body?: object) {
  const headers = { origin: shop, authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
  const request = new Request(`https://till.example${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const response = await server.fetch(request);
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as PreviewResponse & Problem };
}

function pathOf(life: Life, ask: Ask): readonly [method: string, path: string, body?: object] {
  const path = `/v1/subscriptions/${life.id}`;
  if (ask.kind === 'confirm') return ['POST', `${path}/changes`, { preview: ask.shown.preview }];
  return ask.kind === 'undo' ? ['DELETE', `${path}/changes`] : ['POST', `${path}/${ask.kind}`];
}

/** Sends an ask behind the gate; the server of one in five dies on its way, with all that it has at hand. */
async function answer(stage: Stage, life: Life, ask: Ask): Promise<Answered> {
  const { draw, watching, running } = stage;
  const death = Promise.withResolvers<Answered>();
  const server = Math.floor(draw() * stage.servers.length);
  const watched: Watched = {
    server,
    diesAt: draw() < 0.2 ? 1 + Math.floor(draw() * 12) : 0,
    heard: draw() < 0.5,
    calls: 0,
    dead: false,
    die() {
      stage.skip(41);
      if (watched.dead) return;
      for (const other of running) if (other.server === server) other.bury();
      stage.restart(server);
    },
    bury() {
      watched.dead = true;
      death.resolve({ ...ask, status: 0, code: undefined });
    },
  };
  running.add(watched);
  const sent = watching.run(watched, () => send(stage.servers[server]!, life.token, ...pathOf(life, ask)));
  const answered = await Promise.race([death.promise, sent.then(({ status, body }): Answered => ({ ...ask, status, code: body.code }))]);
  running.delete(watched);
  return answered;
}

/** Everything that the model looks at. */
async function lookAt({ client }: Stage, { id, customerId }: Life) {
  const subscription = await client.subscriptions.retrieve(id, { expand: ['schedule'] });
  const { data } = await client.charges.list({ customer: customerId, limit: 100 });
  const schedule = subscription.schedule as Stripe.SubscriptionSchedule | null;
  const plan = schedule?.status === 'active' ? schedule : undefined;
  return {
    charged: data.reduce((sum, { amount, paid }) => sum + (paid ? amount : 0), 0),
    charges: data.length,
    items: subscription.items.data.map(({ price, quantity }) => `${price.unit_amount} × ${quantity}`).join(),
    changeId: subscription.metadata.till_change ?? '',
    plannedId: plan?.metadata?.till_change ?? '',
    plan: JSON.stringify(
      plan?.phases.slice(-1).map(({ items, start_date }) => [start_date, items.map(({ price, quantity }) => [price, quantity])]),
    ),
    cancelAt: subscription.cancel_at,
  };
}

const changeIdOf = ({ preview }: PreviewResponse): string => createHash('sha256').update(preview.split('.')[0]!).digest('base64url');

async function interleave(stage: Stage, life: Life): Promise<{ made: number; died: number; faults: string[] }> {
  // many deaths end a session
  if (stage.now() > life.signedInAt + 900) Object.assign(life, await signIn(stage, life.subject, life.customerId));
  const asks = await drawAsks(stage, life);
  const before = life.seen ?? (await lookAt(stage, life));
  const answers = await Promise.all(asks.map((ask) => answer(stage, life, ask)));
  // whoever comes next finishes what a death left
  const died = answers.filter(({ status }) => status === 0).length;
  if (died > 0) stage.skip(41);
  const settled = died > 0 ? await settle(stage, life) : undefined;
  const after = await lookAt(stage, life);
  const faults = judge(before, after, answers);
  if (settled && settled.status >= 500) faults.push(`then ${settled.status} ${settled.body.code}`);
  life.seen = after;
  if (after.cancelAt !== null) {
    const { status } = await send(stage.servers[1]!, life.token, 'POST', `/v1/subscriptions/${life.id}/resume`);
    const kept = await lookAt(stage, life);
    life.seen = kept;
    if (status !== 200 || kept.cancelAt !== null) faults.push(`resuming was answered ${status}`);
    // what was planned when they canceled is planned again
    const plannedBefore = answers.some(({ kind, status: code }) => kind === 'cancel' && code === 200) ? before.plan : undefined;
    const replanned = answers.some(({ kind }) => kind === 'confirm' || kind === 'undo');
    if (plannedBefore !== undefined && !replanned && kept.plan !== plannedBefore)
      faults.push(`planned ${plannedBefore}, then ${kept.plan}`);
  }
  return { made: before.changeId === after.changeId && before.plannedId === after.plannedId ? 0 : 1, died, faults };
}

/** Asks for anything about the subscription, which finishes what a death left. */
function settle({ servers }: Stage, { token, id }: Life) {
  return send(servers[0]!, token, 'POST', '/v1/previews', { subscriptionId: id, target: { seats: 3 } });
}

/** Two to four requests: confirmations of what was shown before, one of them perhaps twice, and what else a panel offers. */
async function drawAsks(stage: Stage, life: Life): Promise<Ask[]> {
  const { draw } = stage;
  const shown: Extract<Ask, { kind: 'confirm' }>[] = [];
  for (let number = 1 + Math.floor(draw() * 2); number > 0; number -= 1) {
    const target = { planId: draw() < 0.5 ? 'small' : 'large', seats: 1 + Math.floor(draw() * 6) };
    const { status, body } = await send(stage.servers[0]!, life.token, 'POST', '/v1/previews', { subscriptionId: life.id, target });
    const items = `${target.planId === 'small' ? 1000 : 4000} × ${target.seats}`;
    if (status === 201) shown.push({ kind: 'confirm', shown: body, items });
  }
  const asks: Ask[] = [...shown];
  const size = 2 + Math.floor(draw() * 3);
  while (asks.length < size) {
    const kind = (['confirm', 'cancel', 'resume', 'undo'] as const)[Math.floor(draw() * 4)]!;
    const again = shown[Math.floor(draw() * shown.length)];
    if (kind !== 'confirm') asks.push({ kind });
    else if (again) asks.push(again);
  }
  return asks;
}

type Looked = Awaited<ReturnType<typeof lookAt>>;

/** What of the model does not hold. */
function judge(before: Looked, after: Looked, answers: readonly Answered[]): string[] {
  const faults: string[] = [];
  const say = (what: string): void =>
    void faults.push(`${what} [${answers.map(({ kind, status, code }) => `${kind} ${status} ${code ?? ''}`).join('; ')}]`);
  const confirmed = answers.flatMap((one) => (one.kind === 'confirm' ? [{ ...one, changeId: changeIdOf(one.shown) }] : []));
  const changed = before.changeId === after.changeId ? undefined : confirmed.find(({ changeId }) => changeId === after.changeId);
  if (before.changeId !== after.changeId && !changed) say('a change was made that nobody confirmed');
  const due = changed?.shown.invoice.dueNow ?? 0;
  if (after.charged - before.charged !== due) say(`charged ${after.charged - before.charged}, shown ${due}`);
  if (after.charges - before.charges > 1) say(`${after.charges - before.charges} charges`);
  if (!changed && after.items !== before.items) say(`${before.items} became ${after.items}`);
  // what was made before these requests is answered again
  const known = new Set([before.changeId, before.plannedId]);
  // and who wants what there is gets it, however often
  const changes = confirmed.filter(({ items }) => items !== before.items);
  const accepted = new Set(changes.flatMap(({ status, changeId }) => (status === 200 && !known.has(changeId) ? [changeId] : [])));
  // who undoes what was planned has the state again that was shown
  const undone = answers.filter(({ kind, status }) => kind === 'undo' && status !== 409).length;
  if (accepted.size > 1 + undone) say('two changes of one state were accepted');
  for (const changeId of accepted) {
    const gone = answers.some(({ kind }) => kind === 'undo' || kind === 'cancel');
    const stands = [after.changeId, after.plannedId, before.changeId, before.plannedId].includes(changeId);
    if (!stands && !gone) say('an accepted change was not made');
  }
  const untouched =
    !changed && accepted.size === 0 && answers.every(({ kind, status }) => (kind === 'confirm' ? status >= 400 : status >= 400));
  if (untouched && (after.plan !== before.plan || after.cancelAt !== before.cancelAt)) say(`planned ${before.plan}, now ${after.plan}`);
  if (answers.some(({ status }) => status >= 500)) say('an error');
  return faults;
}
