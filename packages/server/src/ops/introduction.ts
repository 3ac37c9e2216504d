/** The table that the server prints when it starts: what was checked, and what its owner will want to know. */
import { isLiveKey, type TillConfig } from '../config.ts';
import type { TillModule } from '../module.ts';

/** `warn`: it runs, and somebody should look at this. */
export type RowState = 'ok' | 'warn' | '';
export type IntroductionRow = readonly [state: RowState, name: string, value: string];

export interface Introduced {
  readonly config: TillConfig;
  readonly url: string;
  readonly plans: number;
  readonly modules: readonly TillModule[];
}

/** What refuses to be is refused before this table; see config.ts and store/. */
export function introduction({ config, url, plans, modules }: Introduced): IntroductionRow[] {
  return [
    ['', 'Server', url],
    ['', 'Script tag', `<script type="module" src="${url}/till.js"></script>`],
    keyRow(config),
    ['ok', 'Webhooks', `${url}/webhooks/stripe, ${count(config.webhookSecrets.length, 'signing secret')}`],
    ['ok', 'Catalog', `${config.catalogFile} (${count(plans, 'plan')})`],
    ['ok', 'Database', modules.some((module) => module.openDatabase) ? 'see modules' : `${config.databaseFile}, this process alone`],
    pagesRow(config),
    [
      'ok',
      'Sign-in',
      config.ownerKeys || config.ownerJwksUrl
        ? `finished checkouts and the owner's tokens (${ownerWays(config).join(', ')})`
        : 'finished checkouts only (TILL_JWT_SECRET is not set)',
    ],
    ...modules.map(({ name, introduction: sentence }) => ['ok', `+ ${name}`, sentence] as const),
  ];
}

/** The table as text. */
export function toText(rows: readonly IntroductionRow[]): string {
  return rows.map(([state, name, value]) => `${state.padEnd(4)} ${name.padEnd(11)} ${value}\n`).join('');
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

function keyRow({ stripe: { secretKey, apiBase } }: TillConfig): IntroductionRow {
  if (apiBase) return ['ok', 'Stripe', `sandbox at ${apiBase.origin}`];
  if (secretKey.startsWith('sk_live_'))
    return ['warn', 'Stripe', 'LIVE mode with a key that may do everything: a restricted key (rk_live_) is enough, see docs/deployment.md'];
  return ['ok', 'Stripe', isLiveKey(secretKey) ? 'LIVE mode, restricted key' : 'test mode'];
}

function pagesRow({ origins }: TillConfig): IntroductionRow {
  const plain = origins.some((origin) => origin.startsWith('http:'));
  return [plain ? 'warn' : 'ok', 'Pages', `${origins.join(', ')}${plain ? ' (http is for development only)' : ''}`];
}

/** How the owner's tokens are checked: an algorithm for each key, and where a key set is read. */
const ownerWays = ({ ownerKeys = [], ownerJwksUrl }: TillConfig): string[] => [
  ...ownerKeys.flatMap(({ algorithms }) => algorithms.slice(0, 1)),
  ...(ownerJwksUrl ? [`keys of ${ownerJwksUrl.host}`] : []),
];
