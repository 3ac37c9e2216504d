/**
 * Who is asking: the account's secret key, or a browser with the publishable key.
 *
 * Promise: only test keys are taken; a live key never works here.
 */
import { Buffer } from 'node:buffer';
import { ApiError } from './api-error.ts';

export type Access = 'secret' | 'publishable';

const unauthorized = (message: string): ApiError => new ApiError(401, { type: 'invalid_request_error', message });

function keyOf(request: Request): string | null {
  const header = request.headers.get('authorization') ?? '';
  if (/^bearer /iu.test(header)) return header.slice('bearer '.length).trim();
  if (/^basic /iu.test(header)) return Buffer.from(header.slice('basic '.length), 'base64').toString('latin1').split(':')[0] ?? null;
  return null;
}

/** Reads the key, or refuses with 401. */
export function accessOf(request: Request): Access {
  const key = keyOf(request);
  if (key === null || key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    );
  }
  if (/^[sr]k_test_\w+$/u.test(key)) return 'secret';
  if (/^pk_test_\w+$/u.test(key)) return 'publishable';
  throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}****. This sandbox takes test keys only.`);
}
