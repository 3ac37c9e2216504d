/** Signing in by a code that was sent to an address. */
import type { SessionResponse } from '@tillkit/core/contract/contract';
import { newVerifier, type TestTill } from './till.ts';

/** Who receives what the server mails. */
interface Mailbox {
  codeFor(address: string): string;
}

/** Proves an address as a page does; answers the session's token. */
export async function proveAddress(till: TestTill, box: Mailbox, email: string): Promise<string> {
  const { verifier, verifierHash } = newVerifier();
  const { body } = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', { body: { email, verifierHash } });
  await till.app.drain();
  const proof = { challengeId: body.challengeId, verifier, code: box.codeFor(email) };
  return (await till.call<SessionResponse>('POST', '/v1/sessions', { body: proof })).body.token;
}
