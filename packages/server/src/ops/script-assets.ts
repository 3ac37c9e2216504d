/**
 * The script tag: `/till.js` with the catalog inside, so that a page needs no second request before it can paint, and
 * its chunks.
 *
 * Promise: the script always loads; when there is no catalog yet it goes without and asks for it later.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalog } from '@tillkit/core/catalog/catalog';
import { Hono } from 'hono';
import { cacheForVisitors } from '../catalog/catalog.ts';
import type { CatalogSource, Offer } from '../catalog/catalog-source.ts';
import { BillingError } from '../http/billing-error.ts';
import { compressed, sendCompressed, type Compressed } from '../http/compressed.ts';
import { openToAll } from '../http/cors.ts';
import type { Till, TillEnv } from '../till.ts';

/** Where the build leaves the place for the catalog; it stands in the script exactly once. */
const placeholder = '/*till:catalog*/null';
const patienceMilliseconds = 1000;
const immutable = 'public, max-age=31536000, immutable';
/** `name-hash.js` and nothing that could leave the folder. */
const chunkName = /^[\w-]+(?:\.[\w-]+)*\.(?:js|css|map)$/u;
const contentTypes: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json',
};

/** The built script: beside the bundled program once published, in the widgets package inside the repository. */
export function findScriptDirectory(): string {
  const candidates = ['./script', '../script', '../../../widgets/dist/script'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return candidates.find((path) => existsSync(join(path, 'till.js'))) ?? candidates.at(-1)!;
}

/** GET /till.js?locale= and GET /till/* */
export function scriptAssets({ catalog: source, log }: Pick<Till, 'catalog' | 'log'>, directory: string) {
  const chunks = new Map<string, Promise<Compressed>>();
  const scripts = new WeakMap<Catalog, Compressed>();
  const bare = chunk('till.js');

  return new Hono<TillEnv>()
    .get('/till.js', openToAll, async (c) => {
      const catalog = (await offerSoon(source))?.in(c.req.query('locale'));
      return sendCompressed(c, catalog ? await withCatalog(catalog) : await bare(), cacheForVisitors);
    })
    .get('/till/:name', openToAll, async (c) => {
      const name = c.req.param('name');
      if (!chunkName.test(name)) throw new BillingError('not_found');
      return sendCompressed(c, await chunk(join('till', name))(), immutable);
    });

  async function withCatalog(catalog: Catalog): Promise<Compressed> {
    const known = scripts.get(catalog);
    if (known) return known;
    const text = (await readText(join(directory, 'till.js'))).replace(placeholder, () => toScriptLiteral(catalog));
    const script = compressed(text, contentTypes.js!, etagOf(text));
    scripts.set(catalog, script);
    return script;
  }

  function chunk(path: string): () => Promise<Compressed> {
    return () => {
      const known =
        chunks.get(path) ??
        readText(join(directory, path)).then((text) => compressed(text, contentTypes[path.split('.').at(-1)!]!, etagOf(text)));
      chunks.set(path, known);
      known.catch(() => chunks.delete(path));
      return known;
    };
  }

  async function readText(path: string): Promise<string> {
    return readFile(path, 'utf8').catch((cause: unknown) => {
      if (path.endsWith('till.js')) log.error('script.missing', { message: 'The script is not built: run "npm run build".' });
      throw new BillingError('not_found', { cause });
    });
  }
}

/** The catalog if it is at hand or comes soon; a Stripe that does not answer shall not hold the page up. */
async function offerSoon(source: CatalogSource): Promise<Offer | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMilliseconds);
  });
  const offer = await Promise.race([source.current().catch(() => undefined), patience]);
  clearTimeout(timer);
  return offer;
}

/** JSON that may stand inside a script, inline or not: no closing tag, no line separator of old parsers. */
function toScriptLiteral(catalog: Catalog): string {
  return JSON.stringify(catalog)
    .replaceAll('</', String.raw`<\/`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

const etagOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
