/** The key: its kind, what it may read, and whether both clocks agree. */
import { isLiveKey } from '../config.ts';
import { isForbidden, readings } from '../stripe/account-facts.ts';
import { apiVersion } from '../stripe/gateway.ts';
import { check, fail, look, ok, warn } from './finding.ts';

const permissionList = 'docs/deployment.md lists the permissions of a restricted key';
/** Signatures are refused from 300 s on. */
const maxSkewSeconds = 60;

export const key = check('Key', async ({ config: { stripe } }) => {
  if (stripe.apiBase) return ok(`sandbox at ${stripe.apiBase.origin}`);
  const mode = isLiveKey(stripe.secretKey) ? 'LIVE mode' : 'test mode';
  if (stripe.secretKey.startsWith('rk_')) return ok(`restricted key, ${mode}`);
  const text = `secret key that may do everything, ${mode}`;
  return isLiveKey(stripe.secretKey) ? warn(text, `Use a restricted key (rk_live_); ${permissionList}.`) : ok(text);
});

export const permissions = check('Key may read', async ({ stripe }) => {
  const client = await stripe();
  const refused: string[] = [];
  for (const [name, read] of Object.entries(readings)) {
    await read(client).catch((error: unknown) => {
      if (!isForbidden(error)) throw error;
      refused.push(name);
    });
  }
  if (refused.length > 0) return fail(`not ${refused.join(', ')}`, `Give the key these permissions; ${permissionList}.`);
  return ok(`${Object.keys(readings).length} resources, at version ${apiVersion}`);
});

export const writing = check('Key may write', async ({ config: { stripe } }) =>
  stripe.secretKey.startsWith('rk_')
    ? look('cannot be told without writing', `Compare the key in the dashboard: ${permissionList}.`)
    : ok('a secret key may write everything'),
);

export const clock = check('Clock', async ({ stripe, traffic }) => {
  await (await stripe()).products.list({ limit: 1 });
  const { skewSeconds } = traffic;
  if (skewSeconds === undefined) return look('Stripe did not say what time it is', 'Compare this machine with a time server.');
  const text = `${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? 'ahead of' : 'behind'} Stripe's`;
  if (Math.abs(skewSeconds) < maxSkewSeconds) return ok(text);
  return fail(text, 'Set this machine by a time server (NTP): beyond 300 s genuine webhooks are refused.');
});
