import type { Tables } from '../store/store.ts';
import type { WebhookEvent } from '../stripe/webhook-event.ts';
import type { Till } from '../till.ts';

/** What an event says has changed. Events on one subject are settled together by one reading. */
export interface Subject {
  readonly kind: string;
  readonly id: string;
}

/** What a handler is given to read with; what it writes goes into the transaction that settles the events. */
export type ApplyContext = Pick<Till, 'config' | 'stripe' | 'store' | 'catalog' | 'mirror' | 'now' | 'log'>;

/**
 * Events that are handled alike. A handler reads the subject again from Stripe and never trusts the event's own copy;
 * reading it twice must do no harm.
 */
export interface EventFamily {
  readonly types: readonly string[];
  /** Undefined: this event concerns nothing that we keep. */
  subject(event: WebhookEvent): Subject | undefined;
  /** Settles all waiting events on a subject. `types` names those of this family. */
  apply(subject: Subject, context: ApplyContext, types: ReadonlySet<string>): Promise<Settle | undefined>;
}

/** Further rows, written in the same transaction that marks the events as applied. */
export type Settle = (tables: Tables) => Promise<void>;
