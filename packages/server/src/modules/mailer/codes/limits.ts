/**
 * How many codes are sent: for one address, for one network (and the /48 around an IPv6 one), and at all.
 *
 * Promise: the limits hold across restarts and processes, and under any number of requests at the same time. An address
 * stands here as an HMAC under the server's own key.
 */
import { BillingError } from '../../../http/billing-error.ts';
import { siteWindows, type RateWindow } from '../../../http/rate-limit.ts';
import type { Tables } from '../../../store/store.ts';
import { skewSeconds } from '../../../store/term.ts';
import type { CodesSchema } from './tables.ts';

/** With five guesses for each code a guesser's chance is 5 in 10 million a day. */
const addressWindows: readonly RateWindow[] = [
  { seconds: 15 * 60, limit: 3 },
  { seconds: 86_400, limit: 10 },
];
const networkWindows: readonly RateWindow[] = [{ seconds: 3600, limit: 10 }];

export interface Turn {
  /** HMACs. */
  readonly address: string;
  readonly network: string;
  /** Of the /48; absent for IPv4. */
  readonly site?: string;
  readonly now: number;
  /** Mails in an hour to everybody together. */
  readonly mailsPerHour: number;
}

/** The longest that a turn is remembered. */
export const turnSeconds = 86_400;
/** Told to come back in an hour, whatever was the cause. */
const circuit = 'everybody';

/**
 * Takes a turn in a transaction; answers whether a mail may go out. A network with too many requests is refused; an
 * address with too many mails is not, since the one who asks may not be the one whose mailbox it is.
 */
export async function takeTurn(tables: Tables, { address, network, site, now, mailsPerHour }: Turn): Promise<boolean> {
  const turns = tables.own<CodesSchema>();
  await tables.lock('mailer-turns');
  await demand(network, networkWindows);
  if (site !== undefined) await demand(site, siteWindows(networkWindows));
  await demand(circuit, [{ seconds: 3600, limit: mailsPerHour }]);
  const allowed = (await waitFor(address, addressWindows)) === 0;
  const networks = site === undefined ? [network] : [network, site];
  const keys = allowed ? [...networks, circuit, address] : networks;
  await turns
    .insertInto('mailerTurns')
    .values(keys.map((key) => ({ key, at: now })))
    .execute();
  return allowed;

  async function demand(key: string, windows: readonly RateWindow[]): Promise<void> {
    const retryAfter = await waitFor(key, windows);
    if (retryAfter > 0) throw new BillingError('too_many_requests', { retryAfter });
  }

  /** Seconds until every window has room again. */
  async function waitFor(key: string, windows: readonly RateWindow[]): Promise<number> {
    let wait = 0;
    for (const { seconds, limit } of windows) {
      const query = turns
        .selectFrom('mailerTurns')
        .select('at')
        .where('key', '=', key)
        .where('at', '>', now - seconds)
        // one further ahead was taken before the clock was put back
        .where('at', '<=', now + skewSeconds);
      const oldest = await query
        .orderBy('at', 'desc')
        .limit(1)
        .offset(limit - 1)
        .executeTakeFirst();
      if (oldest) wait = Math.max(wait, Math.min(oldest.at, now) + seconds - now);
    }
    return wait;
  }
}
