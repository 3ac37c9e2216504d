#!/usr/bin/env node
/** The `till` program: runs one command; a fault is one sentence and exit code 1. */
import { argv, env, exit, loadEnvFile, stderr, stdout } from 'node:process';
import { runCli } from './command-line.ts';

try {
  loadEnvFile(); // a .env in the current folder; what is set already wins
} catch {
  // most servers have none
}

try {
  await runCli(argv.slice(2), { environment: env, write: (line) => stdout.write(`${line}\n`) });
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(1);
}
