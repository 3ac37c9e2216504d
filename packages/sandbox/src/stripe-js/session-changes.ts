/**
 * Step checkout: what a buyer changes about a session through Stripe.js: quantities.
 *
 * Promise: a change is made by the API's own operation, so that it is checked and priced like the server's own.
 */
import { ApiError, type ErrorBody, invalid } from '../http/api-error.ts';
import type { CheckoutSession } from '../objects/checkout-session.ts';
import { adjustableOf } from './session-view.ts';

export interface AskedChange {
  readonly line_item?: string;
  readonly quantity?: number;
  readonly promotion_code?: string | null;
}

export type CallApi = (request: Request) => Response | Promise<Response>;

function quantityForm({ line_items }: CheckoutSession, line: string, quantity: number): URLSearchParams {
  const found = line_items.data.find(({ id }) => id === line);
  if (!found) throw invalid(`There is no line item ${line}.`, 'resource_missing', 'lineItem');
  const limits = adjustableOf(found);
  if (!limits) throw invalid('The quantity of this line item cannot be changed.', undefined, 'quantity');
  if (!Number.isInteger(quantity) || quantity < limits.minimum || quantity > limits.maximum) {
    throw invalid(`The quantity must be from ${limits.minimum} to ${limits.maximum}.`, undefined, 'quantity');
  }
  const form = new URLSearchParams();
  line_items.data.forEach(({ id, quantity: before }, position) => {
    form.set(`line_items[${position}][id]`, id);
    form.set(`line_items[${position}][quantity]`, String(id === line ? quantity : before));
  });
  return form;
}

async function updateSession(callApi: CallApi, id: string, body: URLSearchParams): Promise<void> {
  const url = `http://sandbox.localhost/v1/checkout/sessions/${id}`;
  const response = await callApi(new Request(url, { method: 'POST', body, headers: { authorization: 'Bearer sk_test_sandbox' } }));
  if (response.ok) return;
  const { error } = (await response.json()) as { error: ErrorBody };
  throw new ApiError(response.status, error);
}

/** Makes the change, or refuses it with words for the buyer. */
export async function changeSession(callApi: CallApi, session: CheckoutSession, asked: AskedChange): Promise<void> {
  if (session.status !== 'open') throw invalid('This checkout session is not open any more.');
  if (asked.line_item !== undefined) {
    await updateSession(callApi, session.id, quantityForm(session, asked.line_item, asked.quantity ?? 0));
    return;
  }
  if (asked.promotion_code === null) return;
  if (asked.promotion_code !== undefined) throw invalid('This code is invalid.', 'invalidCode', 'promotion_code');
  throw invalid('This checkout session offers nothing of that kind.');
}
