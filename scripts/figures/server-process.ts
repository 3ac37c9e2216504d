import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

export interface ServerProcess {
  readonly url: string;
  /** From the spawn to the first answer of `/healthz`. */
  readonly milliseconds: number;
  /** Resident memory in megabytes; NaN where the system does not tell (only Linux does). */
  memory(): number;
  stop(): Promise<void>;
}

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });

function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()));
}

/** Starts a bundled server and waits for its first answer. */
export async function startProcess(args: readonly string[], port: number, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...environment, HOST: '127.0.0.1', PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await answers(`${url}/healthz`)))
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with code ${child.exitCode}`);
  return {
    url,
    milliseconds: performance.now() - started,
    memory: () => residentMegabytes(child.pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}
