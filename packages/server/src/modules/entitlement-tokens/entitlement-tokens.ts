/**
 * Module entitlement-tokens: what somebody may use, signed, for a backend that does not want to ask each time.
 *
 * Promise: a token is good for five minutes, or until access ends by itself if that is sooner, and names its person as the
 * owner's own tokens do; whoever reads the published keys can check it and nobody can make one; keys change every thirty
 * days, and each is published for thirty days before it signs and after.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { EntitlementTokenSchema } from '@tillkit/core/contract/contract';
import { entitlementTokensPath as path } from '@tillkit/core/contract/entitlements-path';
import { Hono } from 'hono';
import { entitlementsOf } from '../../entitlement/entitlements.ts';
import { requirePrincipal } from '../../identity/principal.ts';
import type { ReadModule, TillModule } from '../../module.ts';
import type { Operation } from '../../ops/api-description.ts';
import type { Till, TillEnv } from '../../till.ts';

const lifeSeconds = 300;
const keyDays = 30;
const keysPath = '/.well-known/jwks.json';
/** PKCS #8 around the 32 bytes of an Ed25519 key (RFC 8410). */
const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

const operations: readonly Operation[] = [
  {
    method: 'post',
    path,
    summary: 'What the customer may use, signed for five minutes.',
    success: 201,
    response: EntitlementTokenSchema,
    access: 'session',
  },
  { method: 'get', path: keysPath, summary: 'Public keys of the signed tokens.', success: 200, access: 'public' },
];

/** The module; `issuer` is the `iss` of its tokens, the address of this server. */
export function entitlementTokens(issuer: string): TillModule {
  return {
    name: 'entitlement-tokens',
    introduction: `signed by ${issuer}, keys at ${keysPath}`,
    install(till) {
      const routes = new Hono<TillEnv>()
        .post(path, async (c) => {
          const principal = await requirePrincipal(c, till);
          const { features, limits, subscriptions } = await entitlementsOf(till, principal);
          const expiresAt = Math.min(till.now() + lifeSeconds, ...subscriptions.flatMap(({ until = [] }) => until));
          const { SignJWT } = await import('jose');
          const { kid, key } = await keyOf(till, epochOf(till.now()));
          const token = await new SignJWT({ features, limits, owner_iss: principal.issuer })
            .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
            .setIssuer(issuer)
            .setAudience(c.get('origin') ?? issuer)
            .setSubject(principal.subject)
            .setIssuedAt(till.now())
            .setExpirationTime(expiresAt)
            .sign(key);
          return c.json({ token, expiresAt }, 201);
        })
        .get(keysPath, async (c) => {
          const { exportJWK } = await import('jose');
          const epoch = epochOf(till.now());
          const keys = await Promise.all(
            [epoch + 1, epoch, epoch - 1].map(async (one) => {
              const { kid, key } = await keyOf(till, one);
              return { ...(await exportJWK(createPublicKey(key))), kid, alg: 'EdDSA', use: 'sig' };
            }),
          );
          c.header('Cache-Control', 'public, max-age=300');
          c.header('Access-Control-Allow-Origin', '*');
          return c.json({ keys });
        });
      return { routes, operations };
    },
  };
}

const epochOf = (now: number): number => Math.floor(now / (keyDays * 86_400));

async function keyOf({ store }: Pick<Till, 'store'>, epoch: number): Promise<{ kid: string; key: KeyObject }> {
  const seed = await store.secrets.key(`entitlement-token:${epoch}`);
  return { kid: `till-${epoch}`, key: createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' }) };
}

export const readModule: ReadModule = (environment, faults) => {
  const given = environment.TILL_ENTITLEMENT_ISSUER?.trim() ?? '';
  const url = URL.parse(given);
  if (!url || !/^https?:$/u.test(url.protocol) || url.origin !== given)
    faults.push('TILL_ENTITLEMENT_ISSUER must be the address of this server, such as https://billing.shop.example.');
  return entitlementTokens(given);
};
