import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** System Chromium where there is one, else the binary packed inside `@sparticuz/chromium` (Linux x64). */
export async function chromiumLaunch(): Promise<{ executablePath: string; args: string[] }> {
  const args = [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ];
  const found = candidates.find((path) => path && existsSync(path));
  if (found) return { executablePath: found, args };
  const packed = await import('@sparticuz/chromium');
  const bin = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
  const libraries = await packed.inflate(`${bin}al2023.tar.br`); // libnss3, libnspr4, libexpat
  packed.setupLambdaEnvironment(`${libraries}/lib`); // LD_LIBRARY_PATH, fontconfig
  return { executablePath: await packed.default.executablePath(), args };
}
