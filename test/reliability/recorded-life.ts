/**
 * A life at Stripe, played once and looked at as often as one likes: in any of its states, by any number of copies of its
 * subscription, each of which has ids of its own.
 *
 * The sandbox gives every answer; one that was given for a state is not asked for again, since a state does not change.
 */
import type { Sandbox } from '@tillkit/sandbox';
import { eventRegistry } from '@tillkit/server/webhook/registry';
import { toWebhookEvent } from '@tillkit/server/stripe/webhook-event';
import { defaultNow, startTill, type StartTillOptions, type TestTill } from '../support/till.ts';
import { lives, openShop } from './lives.ts';

type StripeEvent = ReturnType<Sandbox['events']>[number];
type Snapshot = Awaited<ReturnType<Sandbox['snapshot']>>;

/** An event of a life, with the first state in which it can be told. */
export interface Happened {
  readonly event: StripeEvent;
  readonly state: number;
}

const ids = /\b(?:sub_sched|sub|cus|si|in|evt)_[A-Za-z0-9]{6,}/gu;
/** Ids of Stripe have no second underscore of this kind. */
const marks = /_n\d+_/gu;

/** The mark that the ids of a copy end with. */
const markOf = (copy: number): string => `_n${copy}_`;

/** A text about a copy instead of the original, and back. */
export const toCopy = (text: string, copy: number): string => text.replaceAll(ids, (id) => id + markOf(copy));
export const toOriginal = (text: string): string => text.replaceAll(marks, '');

export class RecordedLife {
  readonly #sandbox: Sandbox;
  readonly #states: Snapshot[] = [];
  readonly #answers = new Map<string, Promise<{ status: number; text: string }>>();
  readonly #at = new Map<string, number>();
  #recording: Promise<unknown> = Promise.resolve();
  readonly happened: Happened[] = [];
  subscriptionId = '';

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Plays a life in a till's sandbox, which tells nobody of it. */
  static async play(till: TestTill, name: string): Promise<RecordedLife> {
    const life = new RecordedLife(till.sandbox);
    till.sandbox.webhooks.setMode({ mode: 'dropped', probability: 1 });
    const shop = await openShop(till);
    const seen = new Set(till.sandbox.events().map(({ id }) => id));
    for (const step of lives[name]!(shop)) {
      await step();
      for (const event of till.sandbox.events().filter(({ id }) => !seen.has(id))) {
        seen.add(event.id);
        const known = toWebhookEvent(event);
        if (known && eventRegistry.get(event.type)?.subject(known)) life.happened.push({ event, state: life.#states.length });
      }
      life.#states.push(await till.sandbox.snapshot());
    }
    life.subscriptionId = (await shop.current()).id;
    return life;
  }

  get lastState(): number {
    return this.#states.length - 1;
  }

  /** So many of its events, spread over the whole life; the last one is among them. */
  choose(count: number): Happened[] {
    return Array.from({ length: count }, (_, index) => this.happened[Math.round((index * (this.happened.length - 1)) / (count - 1))]!);
  }

  /** Lets a copy be in a state at least. */
  reach(copy: number, state: number): void {
    this.#at.set(markOf(copy), Math.max(this.#at.get(markOf(copy)) ?? 0, state));
  }

  /** Stripe, as copies see it. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const [address, body] = [request.url, await request.text()];
    const [mark = ''] = (address + body).match(marks) ?? [];
    const state = this.#at.get(mark) ?? this.lastState;
    const original = { method: request.method, address: toOriginal(address), body: toOriginal(body) };
    const key = JSON.stringify([state, original]);
    const known = this.#answers.get(key) ?? this.#record(state, request, original);
    this.#answers.set(key, known);
    const { status, text } = await known;
    return new Response(
      text.replaceAll(ids, (id) => id + mark),
      { status, headers: { 'content-type': 'application/json' } },
    );
  };

  /** One at a time, because the sandbox is in one state at a time. */
  #record(
    state: number,
    { headers }: Request,
    { method, address, body }: { method: string; address: string; body: string },
  ): Promise<{ status: number; text: string }> {
    const answer = this.#recording.then(async () => {
      this.#sandbox.restore(this.#states[state]!);
      const response = await this.#sandbox.fetch(new Request(address, { method, headers, ...(body && { body }) }));
      return { status: response.status, text: await response.text() };
    });
    this.#recording = answer.catch(() => undefined);
    return answer;
  }
}

/** A server whose Stripe is a life that was played in its sandbox. */
export async function startRecorded(
  name: string,
  database?: StartTillOptions['database'],
): Promise<{ readonly till: TestTill; readonly life: RecordedLife }> {
  const stage: { life?: RecordedLife } = {};
  const till = await startTill({
    ...(database && { database }),
    app: { stripeFetch: (input, init) => stage.life!.fetch(input, init), now: () => defaultNow },
  });
  stage.life = await RecordedLife.play(till, name);
  return { till: { ...till, now: () => defaultNow }, life: stage.life };
}
