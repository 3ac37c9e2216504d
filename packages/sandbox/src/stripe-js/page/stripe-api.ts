/** Step checkout: Stripe's API as a browser calls it, with the publishable key. Promise: what goes wrong is returned, never thrown. */
import type { Json, StripeJsError } from '../frame-channel.ts';

export type Reply = { readonly body: Json; readonly error?: undefined } | { readonly error: StripeJsError; readonly body?: undefined };

function appendPairs(pairs: [string, string][], name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') {
    pairs.push([name, `${value as string | number | boolean}`]);
    return;
  }
  for (const [key, entry] of Object.entries(value)) appendPairs(pairs, name === '' ? key : `${name}[${key}]`, entry);
}

/** Nested parameters in Stripe's form encoding; null and undefined are left out. */
export function encodeForm(params: Json): URLSearchParams {
  const pairs: [string, string][] = [];
  appendPairs(pairs, '', params);
  return new URLSearchParams(pairs);
}

const unreachable: StripeJsError = {
  type: 'api_connection_error',
  message: 'We are experiencing issues connecting to our payments provider. Please check your internet connection and try again.',
};

export class StripeApi {
  readonly #base: string;
  readonly #key: string;

  constructor(base: string, key: string) {
    this.#base = base;
    this.#key = key;
  }

  get(path: string, params: Json = {}): Promise<Reply> {
    return this.#call(`${path}?${encodeForm(params)}`, {});
  }

  post(path: string, params: Json): Promise<Reply> {
    return this.#call(path, { method: 'POST', body: encodeForm(params) });
  }

  /** The sandbox's own paths take JSON. */
  postJson(path: string, params: Json): Promise<Reply> {
    return this.#call(path, { method: 'POST', body: JSON.stringify(params) });
  }

  async #call(path: string, init: RequestInit): Promise<Reply> {
    try {
      const response = await fetch(this.#base + path, { ...init, headers: { authorization: `Bearer ${this.#key}` } });
      const body = (await response.json()) as Json;
      return body.error ? { error: body.error as StripeJsError } : { body };
    } catch {
      return { error: unreachable };
    }
  }
}
