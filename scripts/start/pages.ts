import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { at } from '../paths.ts';

export interface PagesOptions {
  readonly port: number;
  /** Origins of the companion server and of the sandbox; the pages name the usual ones, 8787 and 4242. */
  readonly tillUrl: string;
  readonly sandboxUrl: string;
  /** The secret that the owner's backend shares with the companion server. */
  readonly jwtSecret: string;
  /** Unix seconds. */
  readonly now: () => number;
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/** What an owner's backend signs for a visitor it has logged in (HS256, five minutes, for one use). */
export function ownerToken(subject: string, jwtSecret: string, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: 'halyard',
    aud: 'till',
    sub: subject,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    email: `${subject}@example.com`,
    email_verified: true,
  };
  const message = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${message}.${createHmac('sha256', jwtSecret).update(message).digest('base64url')}`;
}

function readPage(pathname: string, { tillUrl, sandboxUrl }: PagesOptions): { type: string; text: string } | undefined {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  const type = types[extname(name)];
  if (!type || !/^[\w-]+\.\w+$/u.test(name)) return undefined;
  try {
    const text = readFileSync(join(at('examples/pages'), name), 'utf8');
    return { type, text: text.replaceAll('http://127.0.0.1:8787', tillUrl).replaceAll('http://127.0.0.1:4242', sandboxUrl) };
  } catch {
    return undefined;
  }
}

/** The owner's site: examples/pages as they are, and `/demo/token?sub=ada` in the place of a backend with a login. */
export async function servePages(options: PagesOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pages');
    if (pathname === '/demo/token') {
      const token = ownerToken(searchParams.get('sub') ?? 'ada', options.jwtSecret, options.now());
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify({ token }));
      return;
    }
    const page = readPage(pathname, options);
    if (page) response.writeHead(200, { 'content-type': `${page.type}; charset=utf-8`, 'cache-control': 'no-store' }).end(page.text);
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.');
  });
  await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
  return server;
}
