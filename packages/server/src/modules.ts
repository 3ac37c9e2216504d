/** Every module that the `till` program knows: the variable that switches it on, and where it is. Read only where the process starts. */
import type { ConfigResult, Environment } from './config.ts';
import type { ReadModule, TillModule } from './module.ts';

interface ModuleEntry {
  /** The module is on when this variable is set. */
  readonly variable: string;
  readonly load: () => Promise<{ readonly readModule: ReadModule }>;
}

const entries: readonly ModuleEntry[] = [
  { variable: 'DATABASE_URL', load: () => import('./modules/postgres/postgres.ts') },
  { variable: 'SMTP_URL', load: () => import('./modules/mailer/mailer.ts') },
  { variable: 'TILL_WEBHOOK_URLS', load: () => import('./modules/outgoing-webhooks/outgoing-webhooks.ts') },
  { variable: 'TILL_ENTITLEMENT_ISSUER', load: () => import('./modules/entitlement-tokens/entitlement-tokens.ts') },
  { variable: 'TILL_TRIAL_ONCE_MONTHS', load: () => import('./modules/trial-once/trial-once.ts') },
  { variable: 'TILL_ADMIN_TOKEN', load: () => import('./modules/privacy/privacy.ts') },
  { variable: 'TILL_METRICS_TOKEN', load: () => import('./modules/metrics/metrics.ts') },
];

/** The modules that an environment switches on; code of the others is not even read. */
export async function readModules(environment: Environment): Promise<ConfigResult<readonly TillModule[]>> {
  const faults: string[] = [];
  const modules: TillModule[] = [];
  for (const { variable, load } of entries) {
    if (!environment[variable]?.trim()) continue;
    const { readModule } = await load();
    modules.push(readModule(environment, faults));
  }
  return faults.length ? { ok: false, faults } : { ok: true, config: modules };
}
