/** A server process to be killed: `crash-server.ts DATABASE STRIPE_URL [CALLS_PER_SECOND]`; says its address on the first line. */
import { serve } from '@tillkit/server';
import { openCrashApp } from './crash-app.ts';

const [database = '', stripeUrl = '', callsPerSecond = 'Infinity'] = process.argv.slice(2);
const { app, config } = await openCrashApp({ database, stripeUrl, backgroundCallsPerSecond: Number(callsPerSecond) });
const { url } = await serve(app, config);
process.stdout.write(`${url}\n`);
