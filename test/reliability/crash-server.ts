/** A server process to be killed: `crash-server.ts DATABASE STRIPE_URL`; says its address on the first line. */
import { serve } from '@tillkit/server';
import { openCrashApp } from './crash-app.ts';

const [database = '', stripeUrl = ''] = process.argv.slice(2);
const { app, config } = await openCrashApp({ database, stripeUrl });
const { url } = await serve(app, config);
process.stdout.write(`${url}\n`);
