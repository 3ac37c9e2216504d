import { timingSafeEqual } from 'node:crypto';
import { hashSecret } from './session-token.ts';

/** Whether a request carries one of the owner's own keys; only their hashes are kept, and comparing tells nothing by its time. */
export function isApiKey(authorization: string | undefined, hashes: readonly string[] = []): boolean {
  const given = /^Bearer ([\w.~+/=-]{32,255})$/u.exec(authorization ?? '')?.[1];
  if (given === undefined || given.startsWith('till_')) return false;
  const hash = Buffer.from(hashSecret(given));
  return hashes.reduce((found, known) => timingSafeEqual(hash, Buffer.from(known)) || found, false);
}
