import { describe, expect, it } from 'vitest';
import { fileFaults } from '../../scripts/lint/files.ts';
import { importFaults } from '../../scripts/lint/imports.ts';
import { toSource, type Source } from '../../scripts/lint/sources.ts';
import { wordFaults } from '../../scripts/lint/words.ts';

const sources = (files: Readonly<Record<string, string>>): Source[] => Object.entries(files).map(([path, text]) => toSource(path, text));
const sentences = (faults: readonly { path: string; sentence: string }[]): string[] =>
  faults.map(({ path, sentence }) => `${path} ${sentence}`);

describe('walls between packages', () => {
  it.each([
    ['core', 'packages/core/src/quote/quote.ts', '@tillkit/widgets/events'],
    ['core', 'packages/core/src/quote/quote.ts', '../../../server/src/app.ts'],
    ['core', 'packages/core/src/quote/quote.ts', 'node:fs'],
    ['sandbox', 'packages/sandbox/src/app.ts', '@tillkit/core/money/money'],
    ['sandbox', 'packages/sandbox/src/app.ts', '@tillkit/server'],
    ['widgets', 'packages/widgets/src/events.ts', '@tillkit/server'],
    ['server', 'packages/server/src/app.ts', '@tillkit/widgets/events'],
    ['server', 'packages/server/src/app.ts', '@tillkit/sandbox'],
  ])('stop %s: %s may not import %s', (_, path, to) => {
    expect(importFaults(sources({ [path]: `import { x } from '${to}';\nx();` }))).toHaveLength(1);
    expect(importFaults(sources({ [path]: `import type { x } from '${to}';\nexport type X = x;` }))).toHaveLength(1);
  });

  it('let widgets and server import core, and tests import everything', () => {
    const files = {
      'packages/widgets/src/events.ts': `import { formatMoney } from '@tillkit/core/money/format-money';\nformatMoney();`,
      'packages/server/src/app.ts': `import { quote } from '@tillkit/core/quote/quote-selection';\nquote();`,
      'test/journey/way.test.ts': `import { createSandbox } from '@tillkit/sandbox';\ncreateSandbox();`,
    };
    expect(importFaults(sources(files))).toEqual([]);
  });
});

describe('modules of the server', () => {
  const importing = (path: string, code: string) => sentences(importFaults(sources({ [path]: code })));

  it('are reached by their own folder and, lazily, by the list of modules', () => {
    expect(importing('packages/server/src/modules/mailer/mailer.ts', `import { x } from './template.ts';\nx();`)).toEqual([]);
    expect(importing('packages/server/src/modules/mailer/mailer.ts', `import { x } from '../../till.ts';\nx();`)).toEqual([]);
    expect(importing('packages/server/src/modules.ts', `export const load = () => import('./modules/mailer/mailer.ts');`)).toEqual([]);
  });

  it.each([
    ['packages/server/src/app.ts', `import { x } from './modules/mailer/mailer.ts';\nx();`],
    ['packages/server/src/app.ts', `export const load = () => import('./modules/mailer/mailer.ts');`],
    ['packages/server/src/modules.ts', `import { x } from './modules/mailer/mailer.ts';\nx();`],
    ['packages/server/src/modules/metrics/metrics.ts', `import { x } from '../mailer/mailer.ts';\nx();`],
  ])('are not imported by %s', (path, code) => {
    expect(importing(path, code)).toHaveLength(1);
  });
});

describe('what reaches a browser', () => {
  const contract = {
    'packages/core/src/contract/contract.ts': `import * as v from 'valibot';\nexport const S = v.object({});\nexport type S = 1;`,
  };

  it('names the way by which the schema library would come', () => {
    const files = { ...contract, 'packages/widgets/src/till.ts': `import { S } from '@tillkit/core/contract/contract';\nS;` };
    expect(sentences(importFaults(sources(files)))).toEqual([
      'packages/core/src/contract/contract.ts brings valibot into the browser: packages/widgets/src/till.ts → packages/core/src/contract/contract.ts → valibot',
    ]);
  });

  it('allows types of the contract, which cost nothing', () => {
    const files = {
      ...contract,
      'packages/widgets/src/till.ts': `import type { S } from '@tillkit/core/contract/contract';\nexport type T = S;`,
    };
    expect(importFaults(sources(files))).toEqual([]);
  });

  it('sees through lazy imports, re-exports and inline type imports', () => {
    for (const text of [
      `export const load = () => import('@tillkit/core/contract/contract');`,
      `export * from '@tillkit/core/contract/contract';`,
      `import { type S } from '@tillkit/core/contract/contract';\nexport type T = S;`,
    ])
      expect(importFaults(sources({ ...contract, 'packages/widgets/src/till.ts': text }))).toHaveLength(1);
  });

  it('keeps the table of currencies on the server', () => {
    const files = {
      'packages/core/src/money/currency.ts': 'export const digits = 2;',
      'packages/core/src/quote/quote-selection.ts': `import { digits } from '../money/currency.ts';\ndigits;`,
      'packages/widgets/src/total/total.ts': `import '@tillkit/core/quote/quote-selection';`,
    };
    expect(importFaults(sources(files))).toHaveLength(1);
  });

  it('refuses Intl in the first request only', () => {
    const files = {
      'packages/widgets/src/till.ts': `import './total/total.ts';\nexport const panel = () => import('./panel/panel.ts');`,
      'packages/widgets/src/total/total.ts': `// no Intl.NumberFormat here\nexport const text = new Intl.NumberFormat('en').format(1);`,
      'packages/widgets/src/panel/panel.ts': `export const date = new Intl.DateTimeFormat('en').format(0);`,
    };
    expect(wordFaults(sources(files)).map(({ path }) => path)).toEqual(['packages/widgets/src/total/total.ts']);
  });
});

describe('banned words', () => {
  it.each([
    ['packages/widgets/src/total/total.ts', `import { unsafeHTML } from 'lit/directives/unsafe-html.js';\nunsafeHTML('');`],
    ['packages/widgets/src/total/total.ts', `import { unsafeSVG } from 'lit/directives/unsafe-svg.js';\nunsafeSVG('');`],
    ['packages/widgets/src/total/total.ts', `import { html } from 'lit/static-html.js';\nhtml;`],
    ['test/server/webhook.test.ts', 'stripe.webhooks.constructEventWithoutVerification(body);'],
    ['packages/server/src/stripe/customers.ts', `await stripe.customers.search({ query: '' });`],
    ['packages/server/src/stripe/charges.ts', `await client.refunds.create({ charge });`],
    ['packages/widgets/src/total/total.ts', `parent.postMessage({ total: 1 }, '*');`],
    ['packages/widgets/src/total/total.ts', `window.addEventListener('message', () => undefined);`],
    ['packages/widgets/src/total/total.ts', `sessionStorage.setItem('a', 'b');`],
    ['packages/widgets/src/provider/client.ts', `globalThis.localStorage.clear();`],
    ['packages/widgets/src/provider/page.ts', `document.cookie = 'a=b';`],
    ['packages/server/src/checkout/checkout-sessions.ts', 'export const key = process.env.STRIPE_SECRET_KEY;'],
  ])('strike in %s', (path, text) => {
    expect(wordFaults(sources({ [path]: text }))).toHaveLength(1);
  });

  it('let the one module keep things in the browser', () => {
    expect(wordFaults(sources({ 'packages/widgets/src/provider/storage.ts': 'export const kept = () => sessionStorage;' }))).toEqual([]);
  });

  it('do not strike comments, nor the files where the process starts', () => {
    const files = {
      'packages/server/src/app.ts': '/* process.env is read in config.ts */\nexport const app = 1;',
      'packages/server/src/config.ts': 'export const port = process.env.PORT;',
      'scripts/start.ts': 'export const port = process.env.PORT;',
    };
    expect(wordFaults(sources(files))).toEqual([]);
  });
});

describe('files', () => {
  it.each([
    'packages/core/src/money/utils.ts',
    'packages/server/src/common/cors.ts',
    'test/support/stripe-helpers.ts',
    'packages/server/src/user-service.ts',
  ])('are not called %s', (path) => expect(fileFaults(sources({ [path]: '' }))).toHaveLength(1));

  it('end after about 300 lines, tables excepted', () => {
    const long = 'export {};\n'.repeat(301);
    expect(
      fileFaults(sources({ 'packages/server/src/app.ts': long, 'packages/core/src/money/currency.ts': long })).map(({ path }) => path),
    ).toEqual(['packages/server/src/app.ts']);
    expect(fileFaults(sources({ 'packages/server/src/app.ts': 'export {};\n'.repeat(300) }))).toEqual([]);
  });
});
