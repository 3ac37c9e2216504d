/** Step 7, panel: what is asked of Stripe to change a subscription, as it is written down before. */
import type { DirectMode } from '../stripe/change-money.ts';
import type { DifferenceOrder } from '../stripe/difference-invoice.ts';
import type { PurchaseNote } from '../stripe/metadata.ts';
import type { SavedSchedule, ScheduledOrder } from '../stripe/schedules.ts';
import type { Cancellation, ItemChange } from '../stripe/subscriptions.ts';

/** Items change in one call, which takes the money too. */
export interface ItemsWrite {
  readonly kind: 'items';
  readonly items: readonly ItemChange[];
  readonly mode: DirectMode;
  readonly prorationDate?: number | undefined;
  readonly note: PurchaseNote;
}

/** The difference is charged by an invoice of its own, and items change when that is paid. */
export interface DifferenceWrite {
  readonly kind: 'difference';
  readonly difference: DifferenceOrder;
  /** Minor units that were shown, tax and credit included. */
  readonly expectedTotal: number;
  readonly items: readonly ItemChange[];
  readonly note: PurchaseNote;
}

/** Items change at the end of the period. */
export interface ScheduleWrite {
  readonly kind: 'schedule';
  readonly order: ScheduledOrder;
}

/** What was to change at the end of the period does not. */
export interface UnscheduleWrite {
  readonly kind: 'unschedule';
  readonly scheduleId: string;
}

/** It ends with the period that is paid. */
export interface CancelWrite {
  readonly kind: 'cancel';
  readonly reason: Cancellation;
  readonly cancelAt: number;
  /** What was planned, as text, to be planned again by a `keep`. */
  readonly planned?: string;
}

/** It goes on: a cancellation is taken back. */
export interface KeepWrite {
  readonly kind: 'keep';
  readonly planned?: SavedSchedule;
  /** The last change that was made before. */
  readonly after: string | undefined;
}

/** Any of them. */
export type SubscriptionWrite = (ItemsWrite | DifferenceWrite | ScheduleWrite | UnscheduleWrite | CancelWrite | KeepWrite) & {
  /** The schedule that has to go for it, and comes back when it is refused. */
  readonly setAside?: SavedSchedule;
};
