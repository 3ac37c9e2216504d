import { createServer } from 'vite';
import type { runIdentityWalks } from '../../test/reliability/identity/walks.ts';
import { at } from '../paths.ts';
import type { SoakResult } from './results.ts';

const walks = 50_000;

/** Walks over the pages' sign-in and purchase; the widgets' sources are read through Vite, as Node does not read decorators. */
export async function soakIdentityWalks(): Promise<SoakResult> {
  const conditions = ['source'];
  const vite = await createServer({
    configFile: false,
    root: at('.'),
    logLevel: 'warn',
    appType: 'custom',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true, include: [] },
    ssr: { noExternal: [/^@tillkit\//u], resolve: { conditions } },
  });
  try {
    const module = await vite.ssrLoadModule('/test/reliability/identity/walks.ts');
    return { ...(await (module.runIdentityWalks as typeof runIdentityWalks)(walks, 1_000_000)) };
  } finally {
    await vite.close();
  }
}
