/**
 * Step webhook: how unkindly events are delivered, since Stripe promises neither order, nor haste, nor that an event comes once.
 */
import { type Chance, createChance } from '../store/chance.ts';

export const webhookModes = ['normal', 'shuffled', 'duplicated', 'delayed', 'dropped'] as const;

export interface WebhookMode {
  /**
   * `shuffled`: in any order. `duplicated`: some twice. `delayed`: the first attempt waits on the clock. `dropped`: some never come,
   * until they are sent again by hand.
   */
  readonly mode: (typeof webhookModes)[number];
  /** From 0 to 1: how many are duplicated or dropped, and how many are delayed; default 1, for `dropped` 0.5. */
  readonly probability?: number;
  /** The longest delay in seconds; default 3600. */
  readonly seconds?: number;
  /** The same seed meets the same events; default `webhooks`. */
  readonly seed?: string;
}

/** What becomes of one delivery. */
export interface Fate {
  readonly copies: 0 | 1 | 2;
  /** Seconds until the first attempt. */
  readonly delay: number;
}

const usual: Fate = { copies: 1, delay: 0 };
const anHour = 3600;

export class Unkindness {
  readonly given: WebhookMode;
  readonly #chance: Chance;

  constructor(given: WebhookMode, drawn = 0) {
    const { mode, probability = 1, seconds = 0 } = given;
    if (!webhookModes.includes(mode)) throw new RangeError(`A webhook mode is one of ${webhookModes.join(', ')}, not "${String(mode)}".`);
    if (!(probability >= 0 && probability <= 1)) throw new RangeError('A probability lies between 0 and 1.');
    if (!(seconds >= 0)) throw new RangeError('A delay cannot be negative.');
    this.given = given;
    this.#chance = createChance(given.seed ?? 'webhooks');
    this.#chance.drawn = drawn;
  }

  /** How many chances were drawn so far. */
  get drawn(): number {
    return this.#chance.drawn;
  }

  fate(): Fate {
    const { mode, probability = mode === 'dropped' ? 0.5 : 1, seconds = anHour } = this.given;
    if (mode === 'normal' || mode === 'shuffled' || this.#chance.next() >= probability) return usual;
    if (mode === 'dropped') return { copies: 0, delay: 0 };
    if (mode === 'duplicated') return { copies: 2, delay: 0 };
    return { copies: 1, delay: 1 + Math.floor(this.#chance.next() * seconds) };
  }

  /** Which of `length` waiting deliveries goes next. */
  pick(length: number): number {
    return this.given.mode === 'shuffled' ? Math.floor(this.#chance.next() * length) : 0;
  }
}
