/** Step checkout: saved payment methods of the customer of a customer session. */
import type { Purpose } from '../frame-channel.ts';
import type { StripeApi } from './stripe-api.ts';

type Saved = Pick<Purpose, 'saved' | 'canSave' | 'canRemove'>;

/** Nothing where the page passes no customer session; throws what the API refuses. */
export async function savedMethods(api: StripeApi, clientSecret: string | undefined): Promise<Saved> {
  if (clientSecret === undefined) return { saved: [], canSave: false, canRemove: false };
  const { body, error } = await api.get('/_elements/customer_session', { client_secret: clientSecret });
  if (error) throw error;
  return body as unknown as Saved;
}
