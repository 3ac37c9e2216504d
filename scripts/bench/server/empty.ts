/** The floor for start and memory: Hono on Node with one route and nothing else; bundled and cached in the same way. */
import { enableCompileCache } from 'node:module';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

enableCompileCache(process.env.COMPILE_CACHE);
const app = new Hono().get('/healthz', (c) => c.json({ status: 'ok' }));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
