/** The way to a page of Stripe's, which refuses to be framed. */
import { TillError } from './client.ts';
import type { Page } from './page.ts';
import { webAddress } from './web-address.ts';

/**
 * Leaves for an address that the server sent; stays pending until the page is gone. Throws `other_tab` where a frame stays and
 * the payment goes on beside it, and `frame_blocked` where the browser lets a frame do neither; both with the link.
 */
export function leaveFor(page: Page, address: string | undefined): Promise<never> {
  const href = webAddress(address);
  if (href === undefined) throw new TillError('internal_error');
  const way = page.leave(href);
  if (way === 'left') return new Promise<never>(() => undefined);
  throw new TillError(way === 'tab' ? 'other_tab' : 'frame_blocked', undefined, undefined, { href });
}
