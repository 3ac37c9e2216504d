/**
 * A year of one customer, told twice: as calls to the sandbox (`live`), and as a small state machine written from the
 * rules of Stripe's subscription statuses alone (`predict`). The model knows no invoices, intents or events.
 */
import { Dice } from '../money/random-case.ts';

export type Status = 'active' | 'trialing' | 'past_due' | 'unpaid' | 'canceled' | 'paused' | 'incomplete' | 'incomplete_expired';
/** `fails` can be attached and is declined at every charge. */
export type Card = 'good' | 'fails' | 'none';

export interface Life {
  readonly card: Card;
  readonly trialDays: number;
  readonly withoutCard: 'cancel' | 'pause';
  readonly afterRetries: 'cancel' | 'unpaid' | 'past_due';
  /** Days between the attempts to collect. */
  readonly retryDays: readonly number[];
  /** In order; each at noon of its day, counted from the beginning at midnight. */
  readonly wishes: readonly { readonly day: number; readonly kind: Wish }[];
}
type Wish = 'good card' | 'failing card' | 'cancel at period end' | 'keep' | 'cancel now' | 'upgrade' | 'resume';

const kinds: readonly Wish[] = ['good card', 'failing card', 'cancel at period end', 'keep', 'cancel now', 'upgrade', 'resume'];

export function randomLife(seed: number): Life {
  const dice = new Dice(seed);
  const days = Array.from({ length: dice.whole(0, 6) }, () => dice.whole(1, 360)).toSorted((a, b) => a - b);
  return {
    card: dice.pick(['good', 'good', 'good', 'fails', 'none']),
    trialDays: dice.chance(0.4) ? dice.whole(3, 40) : 0,
    withoutCard: dice.pick(['cancel', 'pause']),
    afterRetries: dice.pick(['cancel', 'unpaid', 'past_due']),
    retryDays: dice.pick([[1, 3, 5, 7], [2, 2], [10]]),
    // a cancellation now ends everything, so it is rarer than the rest
    wishes: days.map((day) => ({ day, kind: dice.chance(0.05) ? 'cancel now' : dice.pick(kinds.filter((kind) => kind !== 'cancel now')) })),
  };
}

interface State {
  status: Status;
  card: Card;
  /** Days, from the beginning; the first is the anchor of the months. */
  anchor: number;
  renews: number;
  months: number;
  endsAtPeriod: boolean;
  /** Days of the attempts that are still to come for an open invoice. */
  retries: number[];
}

/** Day of the n-th renewal; the lives begin on 1 January 2026, and months end where the calendar says. */
function renewalDay(anchor: number, months: number): number {
  const start = new Date(Date.UTC(2026, 0, 1 + anchor));
  const month = start.getUTCMonth() + months;
  const last = new Date(Date.UTC(2026, month + 1, 0)).getUTCDate();
  return (Date.UTC(2026, month, Math.min(start.getUTCDate(), last)) - Date.UTC(2026, 0, 1)) / 86_400_000;
}

const ended = ({ status }: State): boolean => status === 'canceled' || status === 'incomplete_expired';

function nextPeriod(state: State): void {
  state.months += 1;
  state.renews = renewalDay(state.anchor, state.months);
}

/** An invoice is collected an hour after it was made: paid, or the beginning of dunning. */
function collect(state: State, day: number, { retryDays }: Life): void {
  if (state.status === 'unpaid') return; // its invoices stay drafts
  if (state.card === 'good') {
    state.status = 'active';
    state.retries = [];
    return;
  }
  state.status = 'past_due';
  let at = day;
  state.retries = retryDays.map((days) => (at += days));
}

function retry(state: State, { afterRetries }: Life): void {
  state.retries.shift();
  if (state.card === 'good') {
    state.status = 'active';
    state.retries = [];
  } else if (state.retries.length === 0 && afterRetries !== 'past_due') state.status = afterRetries === 'cancel' ? 'canceled' : 'unpaid';
}

function renew(state: State, day: number, life: Life): void {
  if (state.endsAtPeriod) {
    state.status = 'canceled';
    return;
  }
  if (state.status === 'trialing') {
    if (state.card === 'none') {
      state.status = life.withoutCard === 'cancel' ? 'canceled' : 'paused';
      return;
    }
    state.status = 'active';
    state.anchor = day;
    state.months = 0;
  }
  nextPeriod(state);
  collect(state, day, life);
}

function fulfill(state: State, kind: Wish, day: number): void {
  if (kind === 'good card') state.card = 'good';
  if (kind === 'failing card') state.card = 'fails';
  if (kind === 'cancel now' && state.status !== 'incomplete') state.status = 'canceled';
  const runs = state.status === 'active' || state.status === 'trialing' || state.status === 'past_due';
  if (kind === 'cancel at period end' && runs) state.endsAtPeriod = true;
  if (kind === 'keep' && runs) state.endsAtPeriod = false;
  if (kind === 'resume' && state.status === 'paused' && state.card === 'good') {
    state.status = 'active';
    state.anchor = day;
    state.months = 0;
    nextPeriod(state);
  }
}

/** The status after a year. */
export function predict(life: Life): Status {
  const trial = life.trialDays > 0;
  const state: State = {
    status: trial ? 'trialing' : life.card === 'good' ? 'active' : 'incomplete_expired',
    card: life.card,
    anchor: 0,
    renews: trial ? life.trialDays : renewalDay(0, 1),
    months: trial ? 0 : 1,
    endsAtPeriod: false,
    retries: [],
  };
  const wishes = [...life.wishes];
  for (let day = 0; day <= 365; day += 1) {
    // midnight, then the hour after it, then noon
    if (!ended(state) && state.status !== 'paused' && day === state.renews) renew(state, day, life);
    else if (!ended(state) && state.status === 'past_due' && day === state.retries[0]) retry(state, life);
    for (; wishes[0]?.day === day; wishes.shift()) if (!ended(state)) fulfill(state, wishes[0].kind, day);
  }
  return state.status;
}
