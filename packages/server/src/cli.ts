#!/usr/bin/env node
/** The `till` program: runs one command; a fault is one sentence and exit code 1. */
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';

try {
  process.loadEnvFile(); // a .env in the current folder; what is set already wins
} catch {
  // most servers have none
}

// what was compiled once is kept beside the database, in nobody else's reach; where that cannot be written, nothing is kept
enableCompileCache(join(dirname(process.env.TILL_DATABASE || '.'), '.till-cache'));

try {
  const { runCli } = await import('./command-line.ts');
  await runCli(process.argv.slice(2), { environment: process.env, write: (line) => process.stdout.write(`${line}\n`) });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
