/** What routes and workers are given: everything by argument, nothing from module state. */
import type { CatalogSource } from './catalog/catalog-source.ts';
import type { TillConfig } from './config.ts';
import type { ClientPrefix } from './http/client-prefix.ts';
import type { SignIn } from './identity/sign-in.ts';
import type { Log } from './ops/log.ts';
import type { TableDescriptions } from './store/personal-data.ts';
import type { Store } from './store/store.ts';
import type { StripeGateway } from './stripe/gateway.ts';
import type { StripeTraffic } from './stripe/traffic.ts';
import type { Mirror } from './subscription/mirror.ts';

export interface Till {
  readonly config: TillConfig;
  readonly stripe: StripeGateway;
  /** What went to Stripe and came back, since the process started. */
  readonly stripeTraffic: StripeTraffic;
  readonly store: Store;
  readonly catalog: CatalogSource;
  readonly mirror: Mirror;
  /** The network of the one who asks, by which turns are counted. */
  readonly clientPrefix: ClientPrefix;
  /** Ways in beyond the owner's token and a finished checkout, from modules. */
  readonly signIns: readonly SignIn[];
  /** What the tables of all modules hold about people. */
  readonly personalData: TableDescriptions;
  /** Our clock in Unix seconds; Stripe's own moments come from Stripe. */
  readonly now: () => number;
  readonly log: Log;
}

/** What the middleware leaves for the routes. */
export interface TillEnv {
  Variables: {
    requestId: string;
    /** The allowed origin of the page that calls; absent for a GET that names none. */
    origin?: string;
    /** Stripe's customer of whoever asks. */
    customerId?: string;
    /** Runs a search for a promotion code on the network's budget of wrong ones; throws `too_many_requests` when that is spent. */
    tryCode: <Found>(find: () => Promise<Found>) => Promise<Found>;
  };
}
