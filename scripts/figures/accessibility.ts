import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Frame, Page } from 'playwright';
import { run } from '../run.ts';
import { startDemo } from '../start/demo.ts';
import { countReport, type Report } from '../test/count-report.ts';
import { withBrowser } from './browser.ts';
import type { Figure } from './figure.ts';

const variants = ['', '?theme=dark', '?lang=he', '?lang=he&theme=dark'];
const widths = [320, 1280];

/** The color that shows through a transparent frame: the one of the nearest element around it that has any. */
async function colorBehind(frame: Frame): Promise<string | undefined> {
  const element = await frame.frameElement();
  return element.evaluate((node) => {
    const around = (inner: Node): Node | null =>
      inner instanceof ShadowRoot ? inner.host : ((inner as Element).assignedSlot ?? inner.parentNode);
    for (let at: Node | null = node; at !== null; at = around(at)) {
      if (!(at instanceof Element)) continue;
      const { backgroundColor } = getComputedStyle(at);
      if (!/^(?:transparent|rgba\(.*, 0\))$/u.test(backgroundColor)) return backgroundColor;
    }
    return undefined;
  });
}

/** Axe looks at each frame alone and takes a transparent one for white; this gives it the color that people see there. */
async function paintFrames(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    if (frame === page.mainFrame()) continue;
    const color = await colorBehind(frame);
    if (color === undefined) continue;
    await frame.evaluate((behind) => {
      const { style } = document.documentElement;
      const own = [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor);
      if (own.every((each) => each === 'rgba(0, 0, 0, 0)')) style.backgroundColor = behind;
    }, color);
  }
}

/** Axe violations of one page; what it finds is printed, because a number alone helps nobody. */
async function violations(browser: Browser, url: string, width: number): Promise<number> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await paintFrames(page);
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
