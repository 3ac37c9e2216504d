import { globSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { catalogPlace } from '../build/script-tag.ts';
import { at } from '../paths.ts';
import { median, withBrowser } from './browser.ts';
import type { Figure } from './figure.ts';
import { serveFiles, type PageFile } from './page-server.ts';
import { vanillaPage } from './vanilla-page.ts';
import { wireCatalog } from './wire-catalog.ts';

const loads = 15;

interface Contender {
  readonly name: 'till' | 'vanilla';
  readonly module: string;
  readonly body: string;
  /** From the document through shadow roots to what holds the cards. */
  readonly hosts: readonly string[];
}

const contenders: readonly Contender[] = [
  { name: 'till', module: '/till.js', body: '<till-checkout></till-checkout>', hosts: ['till-checkout', 'till-plan-picker'] },
  {
    name: 'vanilla',
    module: '/vanilla.js',
    body: '<div id="picker"></div><div id="add-ons"></div><div id="total"></div>',
    hosts: ['#picker'],
  },
];

const shell = ({ module, body }: Contender): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title><link rel="modulepreload" href="${module}"><body>${body}</body></html>`;

/** The built script with the catalog in it, as the server sends it, and its chunks. */
export function scriptFiles(catalog: ReturnType<typeof wireCatalog>, delay = 0): Record<string, PageFile> {
  const folder = at('packages/widgets/dist/script');
  const read = (path: string): string => readFileSync(`${folder}/${path}`, 'utf8');
  const chunks = globSync('till/*.js', { cwd: folder }).map((path): [string, PageFile] => [
    `/${path}`,
    { type: 'text/javascript', text: read(path) },
  ]);
  const text = read('till.js').replace(catalogPlace, () => JSON.stringify(catalog));
  return { '/till.js': { type: 'text/javascript', text, delay }, ...Object.fromEntries(chunks) };
}

/** Milliseconds from the start of an already fetched script to its cards in the DOM, on a processor four times slower. */
async function load(browser: Browser, url: string, { name, module, hosts }: Contender, cards: number): Promise<number> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(`${url}/${name}.html`, { waitUntil: 'networkidle' });
  const milliseconds = await page.evaluate(
    async ({ module, hosts, cards }) => {
      const count = (): number => {
        let scope: Document | ShadowRoot | null | undefined = document;
        for (const host of hosts) scope = scope?.querySelector(host)?.shadowRoot;
        return scope?.querySelectorAll('input[name=plan]').length ?? 0;
      };
      const { port1, port2 } = new MessageChannel();
      const nextTask = (): Promise<void> =>
        new Promise((resolve) => {
          port1.addEventListener('message', () => resolve(), { once: true });
          port1.start();
          port2.postMessage(null);
        });
      const started = performance.now();
      await import(module);
      for (let turn = 1; count() < cards; turn += 1) {
        if (turn % 50 === 0) await nextTask();
        else await undefined;
        if (performance.now() - started > 10_000) throw new Error('the cards never came');
      }
      return performance.now() - started;
    },
    { module, hosts, cards },
  );
  await context.close();
  return milliseconds;
}

/** First paint beside a hand-written page with the same catalog, markup and style sheets, loads taking turns in one run. */
export async function measureFirstPaint(): Promise<Figure[]> {
  const catalog = wireCatalog('team-suite');
  const cards = catalog.plans.filter(({ kind }) => kind !== 'contact').length;
  const files: Record<string, PageFile> = {
    ...scriptFiles(catalog),
    '/vanilla.js': { type: 'text/javascript', text: await vanillaPage(catalog) },
  };
  for (const contender of contenders) files[`/${contender.name}.html`] = { type: 'text/html', text: shell(contender) };
  const server = await serveFiles(files);
  const times: Record<Contender['name'], number[]> = { till: [], vanilla: [] };
  await withBrowser(async (browser) => {
    for (let round = 0; round < loads; round += 1)
      for (const contender of contenders) times[contender.name].push(await load(browser, server.url, contender, cards));
  });
  await server.close();
  return [
    { name: 'first-paint', value: median(times.till), unit: 'ms at 4× CPU throttle', values: times.till },
    { name: 'first-paint-vanilla', value: median(times.vanilla), unit: 'ms at 4× CPU throttle', values: times.vanilla },
    { name: 'first-paint-ratio', value: median(times.till) / median(times.vanilla), unit: '× hand-written', atMost: 0.9 },
  ];
}
