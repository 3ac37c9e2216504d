import type { EmailCodeRequest, EmailCodeResponse } from '@tillkit/core/contract/contract';
import { emailCodePath } from '@tillkit/core/contract/email-code-path';
import { createVerifier } from '../checkout/verifier.ts';
import { connect } from '../provider/client.ts';
import { demand } from '../provider/demand.ts';
import type { Store } from '../provider/store.ts';

/** One request for a code, with the secret that makes the code worth something in this browser only; never stored. */
export interface Challenge {
  readonly challengeId: string;
  readonly verifier: string;
}

/** Has a code sent to an address. */
export async function askForCode(store: Store, email: string, locale: string): Promise<Challenge> {
  const { secret, hash } = await createVerifier();
  const request: EmailCodeRequest = { email, verifierHash: hash, locale };
  const answer = await connect(store).request<EmailCodeResponse>('POST', emailCodePath, request);
  const { challengeId } = demand(answer, (given) => typeof given.challengeId === 'string');
  return { challengeId, verifier: secret };
}

/** Signs in with a code; the session is kept where every other way of signing in keeps it. */
export async function enterCode(store: Store, challenge: Challenge, code: string): Promise<void> {
  await connect(store).signIn({ ...challenge, code });
}
