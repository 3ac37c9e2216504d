/**
 * Asking for a code.
 *
 * Promise: the answer is the same for every address: whether anybody knows it is not looked up, and the mail is sent
 * afterwards.
 */
import { randomBytes } from 'node:crypto';
import { EmailCodeRequestSchema, type EmailCodeResponse } from '@tillkit/core/contract/contract';
import { toEmailAddress } from '@tillkit/core/contract/email-address';
import { emailCodePath } from '@tillkit/core/contract/email-code-path';
import { Hono } from 'hono';
import { toSite } from '../../../http/client-prefix.ts';
import { readJson } from '../../../http/read-body.ts';
import { hashSecret } from '../../../identity/session-token.ts';
import type { Till, TillEnv } from '../../../till.ts';
import { addChallenge } from './challenges.ts';
import { takeTurn } from './limits.ts';
import type { Keyed } from './secrecy.ts';

export interface EmailCodesParts {
  readonly keyed: Keyed;
  readonly mailsPerHour: number;
  /** Told that there may be a mail to send. */
  readonly queued: () => void;
}

/** POST /v1/email-codes */
export function emailCodes(till: Till, { keyed, mailsPerHour, queued }: EmailCodesParts) {
  return new Hono<TillEnv>().post(emailCodePath, async (c) => {
    const { email: typed, verifierHash, locale } = await readJson(c, EmailCodeRequestSchema);
    const email = toEmailAddress(typed)!;
    const challengeId = randomBytes(16).toString('base64url');
    const now = till.now();
    const address = await keyed('address', email.toLowerCase());
    const prefix = till.clientPrefix(c);
    const network = await keyed('network', prefix);
    const around = toSite(prefix);
    const site = around === undefined ? {} : { site: await keyed('network', around) };

    await till.store.transaction(async (tables) => {
      const allowed = await takeTurn(tables, { address, network, ...site, now, mailsPerHour });
      const challenge = { challengeHash: hashSecret(challengeId), verifierHash, origin: c.get('origin')!, email, locale, allowed };
      await addChallenge(tables, challenge, now);
    });
    queued();
    return c.json<EmailCodeResponse>({ challengeId }, 202);
  });
}
