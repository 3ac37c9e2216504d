import { spawn } from 'node:child_process';
import { at } from './paths.ts';

export interface Ended {
  readonly code: number;
  /** Everything it wrote, in order. */
  readonly words: string;
}

/** Runs a program of node_modules/.bin to its end; `environment` is added to ours. */
export function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: at(''),
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let words = '';
    const collect = (part: Buffer): void => {
      words += part.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, words: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, words }));
  });
}

/** The same for a program that must succeed. */
export async function mustRun(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, words } = await run(program, args, environment);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}\n${words}`);
}
