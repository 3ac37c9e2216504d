/**
 * A further way in: a code that was sent to an address.
 *
 * Promise: at most five guesses at a code are ever looked at, however many come at the same time; only the browser that
 * asked can guess, on the page where it asked, within ten minutes, and the code works once.
 */
import { BillingError } from '../../../http/billing-error.ts';
import { hashSecret } from '../../../identity/session-token.ts';
import type { SignIn } from '../../../identity/sign-in.ts';
import type { Till } from '../../../till.ts';
import { maxTries, type Challenges } from './challenges.ts';
import { identityOfAddress } from './customer-of-address.ts';
import { same, type Keyed } from './secrecy.ts';

export interface CodeSignInParts {
  readonly challenges: Challenges;
  readonly keyed: Keyed;
  readonly linkExistingCustomers: boolean;
}

export function codeSignIn(till: Till, { challenges, keyed, linkExistingCustomers }: CodeSignInParts): SignIn {
  return {
    recognizes: (request) => 'challengeId' in request,
    async exchange(request, origin) {
      if (!('challengeId' in request)) throw new BillingError('invalid_request');
      const { code, verifier } = request;
      const challengeHash = hashSecret(request.challengeId);

      const challenge = await challenges.takeGuess({ challengeHash, verifierHash: hashSecret(verifier), origin }, till.now());
      if (!challenge) throw new BillingError('email_code_spent');
      const right = challenge.codeHash !== null && same(challenge.codeHash, await keyed('code', challengeHash, code));
      if (!right) throw new BillingError('email_code_wrong', { triesLeft: maxTries - challenge.tries });

      const identity = await identityOfAddress(till, challenge.email, linkExistingCustomers);
      // last, so that a Stripe that does not answer costs a guess and not the code
      if (!(await challenges.takeOnce(challengeHash))) throw new BillingError('email_code_spent');
      return { identity, method: 'email_code' };
    },
  };
}
