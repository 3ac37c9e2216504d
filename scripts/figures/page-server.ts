import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PageFile {
  readonly type: 'text/html' | 'text/javascript';
  readonly text: string;
  /** Milliseconds before it is answered. */
  readonly delay?: number;
}

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Files by path on loopback; cross-origin isolated, so that the browser's clock is fine enough to measure with. */
export async function serveFiles(files: Readonly<Record<string, PageFile>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    const file = files[new URL(request.url ?? '/', 'http://page').pathname];
    const headers = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'no-store',
    };
    const answer = (): void => {
      response
        .writeHead(file ? 200 : 404, { ...headers, 'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8` })
        .end(file?.text ?? '');
    };
    if (file?.delay) setTimeout(answer, file.delay);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
