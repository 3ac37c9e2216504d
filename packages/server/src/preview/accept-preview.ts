/** Step 4, checkout: the preview that a page sends along, opened and held against what it wants to buy. */
import { isDeepStrictEqual } from 'node:util';
import type { Selection } from '@tillkit/core/selection/selection';
import { BillingError } from '../http/billing-error.ts';
import type { KnownIdentity } from '../store/identities.ts';
import type { Till } from '../till.ts';
import { openPreview, type Preview } from './preview-token.ts';

/** Throws `preview_invalid` when it was made for another customer, or for something else; one made for nobody is anybody's. */
export async function acceptPreview(
  { store, now }: Pick<Till, 'store' | 'now'>,
  token: string,
  selection: Selection,
  buyer: KnownIdentity | undefined,
): Promise<Extract<Preview, { kind: 'purchase' }>> {
  const preview = openPreview(token, await store.secrets.key('preview'), now());
  const matches =
    preview.kind === 'purchase' &&
    (preview.customerId === undefined || preview.customerId === buyer?.customerId) &&
    isDeepStrictEqual(preview.selection, selection);
  if (!matches) throw new BillingError('preview_invalid');
  return preview;
}
