#!/usr/bin/env node
/** The `till` program: runs one command; a fault is one sentence and exit code 1. */
import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { argv, env, exit, loadEnvFile, stderr, stdout } from 'node:process';

try {
  loadEnvFile(); // a .env in the current folder; what is set already wins
} catch {
  // most servers have none
}

// what was compiled once is kept beside the database, in nobody else's reach; where that cannot be written, nothing is kept
enableCompileCache(join(dirname(env.TILL_DATABASE || '.'), '.till-cache'));

try {
  const { runCli } = await import('./command-line.ts');
  await runCli(argv.slice(2), { environment: env, write: (line) => stdout.write(`${line}\n`) });
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
}
