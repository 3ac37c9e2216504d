/** What a check of `till doctor` says, and what it may look at. */
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';
import type { TillConfig } from '../config.ts';
import type { TillModule } from '../module.ts';
import type { Log } from '../ops/log.ts';
import type { Store } from '../store/store.ts';
import type { StripeGateway } from '../stripe/gateway.ts';
import type { StripeTraffic } from '../stripe/traffic.ts';

/** `look`: the API does not tell; somebody has to look. */
export type FindingState = 'ok' | 'warn' | 'fail' | 'look';

export interface Finding {
  readonly name: string;
  readonly state: FindingState;
  /** What was found, one sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Examined {
  readonly config: TillConfig;
  readonly modules: readonly TillModule[];
  readonly stripe: StripeGateway;
  readonly traffic: StripeTraffic;
  /** Replaces the network to Stripe. */
  readonly stripeFetch?: typeof globalThis.fetch | undefined;
  /** Where the SQLite file should be and is not; undefined when there is a database to look at. */
  readonly missingFile?: string | undefined;
  /** The tables, beside a server that may run; opened when first asked for. */
  readonly store: () => Promise<Store>;
  readonly file: () => Promise<CatalogFile>;
  /** Public address of the server, when it was named. */
  readonly url: string | undefined;
  readonly now: () => number;
  readonly log: Log;
}

/** Looks at one subject; what it throws becomes a finding too. Says under which name. */
export interface Check {
  readonly name: string;
  run(examined: Examined): Promise<readonly Finding[]>;
}

/** A check of one finding. */
export function check(name: string, look: (examined: Examined) => Promise<Omit<Finding, 'name'>>): Check {
  return { name, run: async (examined) => [{ name, ...(await look(examined)) }] };
}

export const ok = (text: string): Omit<Finding, 'name'> => ({ state: 'ok', text });
export const warn = (text: string, remedy: string): Omit<Finding, 'name'> => ({ state: 'warn', text, remedy });
export const fail = (text: string, remedy: string): Omit<Finding, 'name'> => ({ state: 'fail', text, remedy });
export const look = (text: string, remedy: string): Omit<Finding, 'name'> => ({ state: 'look', text, remedy });
