/** The way in and out: an owner's token or a finished checkout becomes an opaque session token. */
import { SessionRequestSchema, type SessionRequest, type SessionResponse } from '@tillkit/core/contract/contract';
import { Hono } from 'hono';
import { BillingError } from '../http/billing-error.ts';
import { readJson } from '../http/read-body.ts';
import type { KnownIdentity } from '../store/identities.ts';
import type { Till, TillEnv } from '../till.ts';
import { exchangeCheckout } from './checkout-exchange.ts';
import { keepLanguage } from './customer-language.ts';
import { createOwnerJwks } from './owner-jwks.ts';
import { verifyOwnerToken } from './owner-token.ts';
import { requirePrincipal } from './principal.ts';
import type { SignedIn } from './sign-in.ts';
import { startSession } from './start-session.ts';

/** POST /v1/sessions signs in, DELETE /v1/sessions signs out. */
export function sessions(till: Till) {
  const { config, store, now } = till;
  const { ownerJwksUrl } = config;
  const rules = { ...config, ...(ownerJwksUrl && { ownerJwks: createOwnerJwks(ownerJwksUrl) }) };

  return new Hono<TillEnv>()
    .post('/', async (c) => {
      const request = await readJson(c, SessionRequestSchema);
      const origin = c.get('origin')!;

      const locale = c.req.query('locale');
      const { identity, checkout, method, take } = await exchange(request, origin, locale);

      const session = await startSession(till, identity, origin, method, take);
      const known = await store.identities.find(identity);
      // whom they reach now: the one that they came with may be another's, or erased
      await keepLanguage(till, known?.customerId, { locale, replaces: checkout ? 'always' : 'if-none' });
      return c.json<SessionResponse>({ ...session, ...(checkout && { checkout }) }, 201);
    })
    .delete('/', async (c) => {
      const principal = await requirePrincipal(c, till);
      const everywhere = c.req.query('everywhere') !== undefined;
      await store.transaction(({ sessions }) => (everywhere ? sessions.removePerson(principal) : sessions.removeFamily(principal)));
      return c.body(null, 204);
    });

  async function exchange(request: SessionRequest, origin: string, locale: string | undefined): Promise<SignedIn> {
    if ('token' in request) return { identity: await exchangeToken(request.token), method: 'owner' };
    if ('checkoutSessionId' in request) return exchangeCheckout(till, { ...request, origin, locale });
    const way = till.signIns.find((known) => known.recognizes(request));
    if (!way) throw new BillingError('invalid_request');
    return way.exchange(request, origin);
  }

  async function exchangeToken(token: string): Promise<KnownIdentity> {
    const { jti, expiresAt, ...identity } = await verifyOwnerToken(token, rules, now());
    if (!(await store.ownerTokens.takeOnce(jti, expiresAt + 60, now()))) throw new BillingError('token_invalid');
    return identity;
  }
}
