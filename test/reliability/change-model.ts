/**
 * The model of requests that change one subscription at the same time, on whatever two servers with one database.
 *
 * What must hold, whatever came of each request: what was charged is what the one change showed that was made; every refused
 * one changed nothing; and what was planned before is planned still unless somebody was told otherwise. In some runs the card is
 * declined, and what waits for its payment may be paid later.
 */
import { createHash } from 'node:crypto';
import type { PreviewResponse, Problem } from '@tillkit/core/contract/contract';
import type { Stripe } from 'stripe';

export const changeModes = [
  'prorate_now',
  'prorate_next_invoice',
  'difference_now',
  'full_price_now',
  'no_charge',
  'at_period_end',
] as const;
export type ChangeModeName = (typeof changeModes)[number];

/** Two plans, between which a dearer one is changed to in one mode. */
export const catalogOf = (mode: ChangeModeName) => {
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

/** Numbers from 0 to 1 that a seed starts (mulberry32). */
export function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets calls go one at a time, each drawn from those that wait. */
export function createGate(draw: () => number): () => Promise<void> {
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

/** An answer of a server. */
export interface Sent {
  readonly status: number;
  readonly body: PreviewResponse & Problem;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** Two servers on one database, and the Stripe that both have. */
export interface Stage {
  readonly client: Stripe;
  readonly draw: () => number;
  /** Unix seconds by the servers' clock. */
  readonly now: () => number;
  /** A session of somebody with that customer. */
  signIn(subject: string, customer: string): Promise<string>;
  /** A request to one of them (0 or 1), by itself. */
  send(server: number, token: string, ask: Ask): Promise<Sent>;
  /** One of those that cross, to whichever of them is drawn; undefined when that server died on the way. */
  race(token: string, ask: Ask): Promise<Sent | undefined>;
  /** Resolves when nobody holds any more what the dead did. */
  outlive(): Promise<void>;
}

export interface Life {
  readonly subject: string;
  readonly customerId: string;
  readonly id: string;
  token: string;
  signedInAt: number;
  readonly cards: Readonly<Record<Card, string>>;
  /** Changes whose payment was declined: Stripe makes one when its invoice is paid after all. */
  readonly waiting: Extract<Wanted, { kind: 'confirm' }>[];
  /** What was seen last. */
  seen?: Looked;
}

/** What is charged when a card of the customer's is asked. */
type Card = 'works' | 'declined';

/** Somebody new with two seats of the small plan. */
export async function begin(stage: Stage, number: number): Promise<Life> {
  const { client } = stage;
  const subject = `person-${number}`;
  const { id: customerId } = await client.customers.create({});
  const [{ id: declined }, { id: works }] = [
    await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customerId }),
    await client.paymentMethods.attach('pm_card_visa', { customer: customerId }),
  ];
  const cards = { works, declined };
  await payWith(stage, { customerId, cards }, 'works');
  const { data: prices } = await client.prices.list({ limit: 100 });
  const small = prices.find(({ unit_amount: amount }) => amount === 1000)!;
  const metadata = { till_plan: 'small', till_group: 'main' };
  const { id } = await client.subscriptions.create({ customer: customerId, items: [{ price: small.id, quantity: 2 }], metadata });
  const token = await stage.signIn(subject, customerId);
  return { subject, customerId, id, token, signedInAt: stage.now(), cards, waiting: [] };
}

async function payWith({ client }: Stage, { customerId, cards }: Pick<Life, 'customerId' | 'cards'>, card: Card): Promise<void> {
  await client.customers.update(customerId, { invoice_settings: { default_payment_method: cards[card] } });
}

/** `items` are those that a confirmation leads to. */
type Wanted =
  | { readonly kind: 'confirm'; readonly shown: PreviewResponse; readonly items: string }
  | { readonly kind: 'cancel' | 'resume' | 'undo' | 'pay' };

/** `status` 0: its server died. */
type Answered = Wanted & { readonly status: number; readonly code: string | undefined };

function askOf({ id }: Life, wanted: Wanted): Ask {
  const path = `/v1/subscriptions/${id}`;
  if (wanted.kind === 'confirm') return { method: 'POST', path: `${path}/changes`, body: { preview: wanted.shown.preview } };
  return wanted.kind === 'undo' ? { method: 'DELETE', path: `${path}/changes` } : { method: 'POST', path: `${path}/${wanted.kind}` };
}

/** Everything that the model looks at. */
async function lookAt({ client }: Stage, { id, customerId }: Life) {
  const [subscription, { data }] = await Promise.all([
    client.subscriptions.retrieve(id, { expand: ['schedule'] }),
    client.charges.list({ customer: customerId, limit: 100 }),
  ]);
  const schedule = subscription.schedule as Stripe.SubscriptionSchedule | null;
  // one that a change has taken the place of since goes with the next event or request (decision 0036)
  const stands = schedule?.status === 'active' && (schedule.metadata?.till_after ?? '') === (subscription.metadata.till_change ?? '');
  const plan = stands ? schedule : undefined;
  return {
    charged: data.reduce((sum, { amount, paid }) => sum + (paid ? amount : 0), 0),
    charges: data.filter(({ paid }) => paid).length,
    items: subscription.items.data.map(({ price, quantity }) => `${price.unit_amount} × ${quantity}`).join(),
    changeId: subscription.metadata.till_change ?? '',
    plannedId: plan?.metadata?.till_change ?? '',
    plan: JSON.stringify(
      plan?.phases.slice(-1).map(({ items, start_date }) => [start_date, items.map(({ price, quantity }) => [price, quantity])]),
    ),
    cancelAt: subscription.cancel_at,
  };
}

type Looked = Awaited<ReturnType<typeof lookAt>>;

const changeIdOf = ({ preview }: PreviewResponse): string => createHash('sha256').update(preview.split('.')[0]!).digest('base64url');

/** Requests that have crossed. */
export interface Raced {
  readonly before: Looked;
  readonly answers: readonly Answered[];
  readonly died: number;
}

export interface Outcome {
  /** Whether a change was made or planned. */
  readonly made: boolean;
  readonly died: number;
  /** Payments that were declined, and changes that were made when such a one was paid after all. */
  readonly declined: number;
  readonly paidLater: number;
  readonly faults: readonly string[];
}

/** Two to four requests at the same time. */
export async function race(stage: Stage, life: Life): Promise<Raced> {
  // many deaths end a session
  if (stage.now() > life.signedInAt + 900)
    Object.assign(life, { token: await stage.signIn(life.subject, life.customerId), signedInAt: stage.now() });
  const all = await drawWanted(stage, life);
  const before = life.seen ?? (await lookAt(stage, life));
  const declines = stage.draw() < 0.25;
  if (declines) await payWith(stage, life, 'declined');
  const answers = await Promise.all(
    all.map(async (wanted): Promise<Answered> => {
      const sent = await stage.race(life.token, askOf(life, wanted));
      return { ...wanted, status: sent?.status ?? 0, code: sent?.body.code };
    }),
  );
  if (declines) await payWith(stage, life, 'works');
  return { before, answers, died: answers.filter(({ status }) => status === 0).length };
}

/** What of the model does not hold after it. */
export async function judge(stage: Stage, life: Life, { before, answers, died }: Raced): Promise<Outcome> {
  // whoever comes next finishes what a death left
  if (died > 0) await stage.outlive();
  const settled = died > 0 ? await settle(stage, life) : undefined;
  const after = await lookAt(stage, life);
  const faults = compare(before, after, answers, life.waiting);
  const waited = life.waiting.some(({ shown }) => changeIdOf(shown) === after.changeId);
  const declined = answers.filter(({ status }) => status === 402);
  // a server that died may have been told the same
  for (const one of answers) if (one.kind === 'confirm' && (one.status === 402 || one.status === 0)) life.waiting.push(one);
  if (settled && settled.status >= 500) faults.push(`then ${settled.status} ${settled.body.code}`);
  life.seen = after;
  if (after.cancelAt !== null) {
    const { status } = await stage.send(1, life.token, { method: 'POST', path: `/v1/subscriptions/${life.id}/resume` });
    const kept = await lookAt(stage, life);
    life.seen = kept;
    if (status !== 200 || kept.cancelAt !== null) faults.push(`resuming was answered ${status}`);
    // what was planned when they canceled is planned again
    const plannedBefore = answers.some(({ kind, status: code }) => kind === 'cancel' && code === 200) ? before.plan : undefined;
    const replanned = after.changeId !== before.changeId || answers.some((one) => replaces(one) && mayBeDone(one));
    if (plannedBefore !== undefined && !replanned && kept.plan !== plannedBefore)
      faults.push(`planned ${plannedBefore}, and after staying ${kept.plan} [${listOf(answers)}]`);
  }
  const made = before.changeId !== after.changeId;
  return {
    made: made || before.plannedId !== after.plannedId,
    died,
    declined: declined.length,
    paidLater: made && waited ? 1 : 0,
    faults,
  };
}

/** Asks for anything about the subscription, which finishes what a death left. */
function settle(stage: Stage, { token, id }: Life): Promise<Sent> {
  return stage.send(0, token, { method: 'POST', path: '/v1/previews', body: { subscriptionId: id, target: { seats: 3 } } });
}

/** Two to four requests: confirmations of what was shown before, one of them perhaps twice, and what else a panel offers. */
async function drawWanted(stage: Stage, life: Life): Promise<Wanted[]> {
  const { draw } = stage;
  const shown: Extract<Wanted, { kind: 'confirm' }>[] = [];
  for (let number = 1 + Math.floor(draw() * 2); number > 0; number -= 1) {
    const target = { planId: draw() < 0.5 ? 'small' : 'large', seats: 1 + Math.floor(draw() * 6) };
    const ask = { method: 'POST', path: '/v1/previews', body: { subscriptionId: life.id, target } };
    const { status, body } = await stage.send(0, life.token, ask);
    const items = `${target.planId === 'small' ? 1000 : 4000} × ${target.seats}`;
    if (status === 201) shown.push({ kind: 'confirm', shown: body, items });
  }
  const all: Wanted[] = [...shown];
  const size = 2 + Math.floor(draw() * 3);
  while (all.length < size) {
    const kind = (['confirm', 'cancel', 'resume', 'undo', 'pay'] as const)[Math.floor(draw() * 5)]!;
    const again = shown[Math.floor(draw() * shown.length)];
    if (kind !== 'confirm') all.push({ kind });
    else if (again) all.push(again);
  }
  return all;
}

/** Whether it was done, as far as anybody was told: a refused request has done nothing. */
const mayBeDone = ({ status }: Answered): boolean => status === 200 || status === 0;

/** Whether it takes the place of what was planned. */
const replaces = ({ kind }: Answered): boolean => kind === 'confirm' || kind === 'undo';

const listOf = (answers: readonly Answered[]): string =>
  answers.map(({ kind, status, code }) => `${kind} ${status} ${code ?? ''}`).join('; ');

/** What of the model does not hold; `waiting` was refused before, for want of its payment. */
function compare(before: Looked, after: Looked, answers: readonly Answered[], waiting: Life['waiting']): string[] {
  const faults: string[] = [];
  const say = (what: string): void => void faults.push(`${what} [${listOf(answers)}]`);
  const confirmed = answers.flatMap((one) => (one.kind === 'confirm' ? [{ ...one, changeId: changeIdOf(one.shown) }] : []));
  const paid = answers.some((one) => one.kind === 'pay' && mayBeDone(one)) ? waiting : [];
  const isMade = ({ shown }: Life['waiting'][number]): boolean => changeIdOf(shown) === after.changeId;
  const changed = before.changeId === after.changeId ? undefined : (confirmed.find(isMade) ?? paid.find(isMade));
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
  const undone = answers.filter((one) => one.kind === 'undo' && mayBeDone(one)).length;
  if (accepted.size > 1 + undone) say('two changes of one state were accepted');
  for (const changeId of accepted) {
    const gone = answers.some((one) => (one.kind === 'undo' || one.kind === 'cancel') && mayBeDone(one)) || paid.some(isMade);
    const stands = [after.changeId, after.plannedId, before.changeId, before.plannedId].includes(changeId);
    if (!stands && !gone) say('an accepted change was not made');
  }
  const replaced = changed || answers.some((one) => one.kind !== 'resume' && one.kind !== 'pay' && mayBeDone(one));
  if (before.plan !== undefined && after.plan !== before.plan && !replaced) say(`planned ${before.plan}, then ${after.plan}`);
  const untouched = !changed && accepted.size === 0 && answers.every(({ status }) => status >= 400);
  if (untouched && (after.plan !== before.plan || after.cancelAt !== before.cancelAt)) say(`planned ${before.plan}, now ${after.plan}`);
  if (answers.some(({ status }) => status >= 500)) say('an error');
  return faults;
}
