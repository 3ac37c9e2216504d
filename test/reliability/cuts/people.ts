/** Somebody in the world of the cuts: what they ask for, when, and what becomes of it. */
import type { Buyer } from './buyer.ts';
import { startProcess, type Answer, type Cut } from './process.ts';
import type { Scenario, Wish } from './scenarios.ts';

/** What somebody without a cut asks for at the first moment and at the second. */
export const histories = ['wish then nothing', 'nothing then wish', 'wish then other', 'nothing then other', 'nothing then both'] as const;
export type History = (typeof histories)[number];

/** What somebody with a cut does afterwards: sends the same again, or wishes something else. */
export type Retry = 'same' | 'other';
export const endsOf: Readonly<Record<Retry, readonly History[]>> = {
  same: ['wish then nothing', 'nothing then wish'],
  other: ['wish then other', 'nothing then other', 'nothing then both'],
};

export interface CutCase {
  readonly cut: Cut;
  readonly retry: Retry;
}

export interface Person {
  readonly buyer: Buyer;
  readonly scenario: Scenario;
  /** Absent for somebody who is cut. */
  readonly history?: History;
  case?: CutCase;
  /** What the page had in hand when it first sent. */
  inHand: string;
  /** What the first request was answered with, and its repetition. */
  readonly answers: Answer[];
  /** An answer said that it was done, and the page shows that it was not. */
  misled: boolean;
  /** Whether the page shows what they asked for last. */
  holds: boolean;
}

/** Goes on asking, as somebody does who sees that it is not so yet. */
async function pursue(buyer: Buyer, wish: Wish): Promise<void> {
  for (let tries = 0; tries < 3 && !(await wish.holds(buyer)); tries += 1) await wish.send(buyer, (await wish.ready?.(buyer)) ?? '');
}

/** The first moment; whoever is to be cut is cut here. */
export async function askFirst(person: Person): Promise<void> {
  const { buyer, scenario, history, case: cutCase } = person;
  await scenario.begin?.(buyer);
  if (history?.startsWith('nothing')) return;
  person.inHand = (await scenario.wish.ready?.(buyer)) ?? '';
  buyer.server.watch(cutCase?.cut);
  person.answers.push(await scenario.wish.send(buyer, person.inHand));
}

/** The second moment, with the way to Stripe whole again and a new process where the old one died. */
export async function askAgain(person: Person): Promise<void> {
  const { buyer, scenario, history, case: cutCase } = person;
  const { wish, other = wish } = scenario;
  if (!buyer.server.alive) buyer.server = startProcess(buyer.till);
  buyer.server.mend();
  if (history === 'nothing then wish' || history === 'nothing then both') await pursue(buyer, wish);
  if (cutCase?.retry === 'same') {
    const answer = await wish.send(buyer, person.inHand);
    person.answers.push(answer);
    person.misled = answer.status < 300 && !(await wish.holds(buyer));
  }
  const last = cutCase?.retry === 'other' || /other|both/u.test(history ?? '') ? other : wish;
  if (history !== 'wish then nothing') await pursue(buyer, last);
  person.holds = await last.holds(buyer);
}
