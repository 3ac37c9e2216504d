import { fileURLToPath } from 'node:url';
import { defineConfig, defaultClientConditions, defaultServerConditions, type UserConfig } from 'vite';

/*
 * The only Vite and Vitest configuration, but for the small one by which Stryker runs tests (scripts/mutants). It branches
 * on who loads it: Vitest (test projects), Storybook (nothing of ours) or `vite build` (see scripts/build.ts), so that no
 * mode leaks into another.
 */

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `source` makes our own packages resolve to their TypeScript, without a build before. */
export const resolve = {
  conditions: ['source', ...defaultClientConditions],
  // @open-wc/semantic-dom-diff -> @web/test-runner-commands imports a URL that only @web/test-runner serves
  alias: { '@web/test-runner-commands': at('test/support/wtr-commands-stub.js') },
  dedupe: ['lit'],
};
const ssr = { resolve: { conditions: ['source', ...defaultServerConditions] }, noExternal: [/^@tillkit\//] };
const lit = ['lit', 'lit/decorators.js', 'lit/static-html.js', 'lit/directives/*.js'];

// every sandbox of these projects is held against Stripe's contract
const contract = { setupFiles: ['test/support/plain-stacks.ts', 'test/contract/setup.ts'] };
// and a Stripe that fails is asked again at once
const troubled = { setupFiles: [...contract.setupFiles, 'test/support/quick-retries.ts'] };
// generous, because a busy machine is not a fault
const patient = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 100_000 } } };
const postgres = { globalSetup: ['test/support/postgres-setup.ts'] };
const node = (name: string, include: string[], more = {}) => ({
  resolve,
  ssr,
  test: {
    name,
    environment: 'node',
    include,
    ...patient,
    // one process reads server, sandbox and SDK once for all its files; no module of ours has state that a test could leave behind
    isolate: false,
    // Node reads TypeScript itself, as for the scripts: nothing of these tests is changed by Vite
    experimental: { viteModuleRunner: false, nodeLoader: false },
    env: { STRIPE_SUPPRESS_NOTICES: 'true' },
    setupFiles: ['test/support/plain-stacks.ts'],
    ...more,
  },
});

async function tests(): Promise<UserConfig> {
  const { playwright } = await import('@vitest/browser-playwright');
  const { storybookTest } = await import('@storybook/addon-vitest/vitest-plugin');
  const { chromiumLaunch } = await import('./test/support/chromium.ts');
  const { LongestFirst } = await import('./test/support/longest-first.ts');
  const { leanElement } = await import('./scripts/build/lean-lit.ts');
  const launchOptions = await chromiumLaunch();
  const browser = () => ({
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({ launchOptions, contextOptions: { reducedMotion: 'reduce' } }),
    instances: [{ browser: 'chromium' as const }],
  });
  return {
    test: {
      sequence: { sequencer: LongestFirst },
      // Storybook's own copy of Lit stands beside ours in the development server; published files have one
      onConsoleLog: (line: string) => !/Lit is in dev mode|Multiple versions of Lit/u.test(line),
      projects: [
        node('core', ['test/core/**/*.test.ts']),
        node('sandbox', ['test/sandbox/**/*.test.ts'], contract),
        node('server', ['test/server/**/*.test.ts'], { ...troubled, ...postgres }),
        // attacks, crashes and disorder; what takes longer than a minute is `npm run soak`
        node('reliability', ['test/reliability/**/*.test.ts'], { ...troubled, ...postgres, testTimeout: 480_000 }),
        node('scripts', ['test/scripts/**/*.test.ts']),
        node('money', ['test/money/**/*.test.ts']),
        node('journey', ['test/journey/**/*.test.ts'], contract),
        {
          publicDir: 'test/public',
          resolve,
          plugins: [leanElement()], // what the script tag ships; the stories run on Lit as published
          optimizeDeps: { include: ['lit', 'lit-html', 'lit/decorators.js', '@open-wc/testing', 'msw', 'msw/browser'] },
          test: {
            name: 'widgets',
            include: ['test/widgets/**/*.test.ts'],
            setupFiles: ['test/support/clean-tab.ts'],
            ...patient,
            browser: browser(),
          },
        },
        {
          resolve,
          optimizeDeps: {
            include: [...lit.slice(0, 3), '@storybook/web-components-vite > @storybook/web-components > lit', 'msw', 'msw/browser'],
          },
          plugins: [await storybookTest({ configDir: at('.storybook'), storybookScript: 'storybook dev --ci --no-open' })],
          // one page reads Storybook once for all stories
          test: { name: 'storybook', isolate: false, ...patient, browser: browser() },
        },
      ],
    },
  } as UserConfig;
}

export default defineConfig(async () => {
  if (process.env.VITEST) return tests();
  if (process.env.STORYBOOK) return { resolve };
  return { resolve };
});
