/** Waits in a widget's test as long as a busy machine may take; the default of the library's is a second. */
import { waitUntil as waitAtMost } from '@open-wc/testing';

/** Milliseconds; below the limit of a test, so that the wait that failed is the one that is named. */
const timeout = 60_000;

export const waitUntil = (holds: () => unknown, message: string = String(holds)): Promise<void> => waitAtMost(holds, message, { timeout });
