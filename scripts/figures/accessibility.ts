import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright';
import { run } from '../run.ts';
import { startDemo } from '../start/demo.ts';
import { countReport, type Report } from '../test/count-report.ts';
import { withBrowser } from './browser.ts';
import type { Figure } from './figure.ts';

const variants = ['', '?theme=dark', '?lang=he', '?lang=he&theme=dark'];
const widths = [320, 1280];

/** Axe violations of one page; what it finds is printed, because a number alone helps nobody. */
async function violations(browser: Browser, url: string, width: number): Promise<number> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  const found = (await new AxeBuilder({ page }).analyze()).violations;
  for (const { id, nodes } of found) console.error(`${url} at ${width} px: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  await context.close();
  return found.length;
}

async function demoPages(): Promise<{ pages: number; found: number }> {
  const demo = await startDemo('team-suite');
  const urls = [demo.urls.pricing, demo.urls.manage, demo.urls.card].flatMap((url) => variants.map((variant) => url + variant));
  const visits = [...urls, demo.urls.clock].flatMap((url) => widths.map((width) => ({ url, width })));
  let found = 0;
  try {
    await withBrowser(async (browser) => {
      for (const { url, width } of visits) found += await violations(browser, url, width);
    });
  } finally {
    await demo.close();
  }
  return { pages: visits.length, found };
}

/** Stories run as tests, and axe fails them. */
async function stories(): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'tillkit-stories-'));
  const path = join(folder, 'stories.json');
  const { code } = await run('vitest', ['run', '--project', 'storybook', '--reporter=json', `--outputFile.json=${path}`]);
  const count = countReport(JSON.parse(readFileSync(path, 'utf8')) as Report, code);
  rmSync(folder, { recursive: true });
  return count;
}

/** Accessibility as far as a machine can tell: axe over the demo pages (two themes, two languages, two widths) and over every story. */
export async function measureAccessibility(): Promise<Figure[]> {
  const pages = await demoPages();
  const { passed, failed } = await stories();
  return [
    { name: 'axe-demo-pages', value: pages.pages, unit: 'visits' },
    { name: 'axe-demo-violations', value: pages.found, unit: '', atMost: 0 },
    { name: 'axe-stories', value: passed, unit: 'passed', atLeast: 1 },
    { name: 'axe-stories-failed', value: failed, unit: '', atMost: 0 },
  ];
}
