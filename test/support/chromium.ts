import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shells = [process.env.CHROMIUM_PATH, '/usr/bin/chromium-headless-shell'];
const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const found = (paths: readonly (string | undefined)[]): string | undefined => paths.find((path) => path && existsSync(path));

const isPacked = process.platform === 'linux' && process.arch === 'x64';

/**
 * Chromium without a window of its own, Debian's or the one packed inside `@sparticuz/chromium` (Linux x64); elsewhere the
 * browser of this machine, which takes three times as long for the same pages.
 */
export async function chromiumLaunch(): Promise<{ executablePath: string; args: string[] }> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-software-rasterizer', // what is drawn is drawn without a graphics card that would have to be imitated
    '--in-process-gpu', // and without a process for it
    '--renderer-process-limit=1', // pages of a site share one, instead of beginning one each: a fifth of a page's time
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  const executablePath = found(shells) ?? (isPacked ? undefined : found(browsers));
  if (executablePath) return { executablePath, args };
  const packed = await import('@sparticuz/chromium');
  const bin = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
  const libraries = await packed.inflate(`${bin}al2023.tar.br`); // libnss3, libnspr4, libexpat
  packed.setupLambdaEnvironment(`${libraries}/lib`); // LD_LIBRARY_PATH, fontconfig
  return { executablePath: await packed.default.executablePath(), args };
}
