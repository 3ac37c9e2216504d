/**
 * Vitest's process for mutants, kept from one mutant to the next: server, sandbox and SDK are read once, and their code is warm.
 *
 * Promise: a mutant of a constant (Stryker calls it static) has a process of its own, because it is read with its module; so has
 * the run without a mutant. A process ends after some mutants, with whatever tests that failed have left behind in it.
 */
import { EventEmitter } from 'node:events';
import { ForksPoolWorker, type PoolOptions, type PoolWorker, type WorkerRequest } from 'vitest/node';

const mutantsOfOneProcess = 50;

interface Kept {
  readonly worker: ForksPoolWorker;
  mutants: number;
  /** Who is told what it says. */
  listener: EventEmitter;
}

type Start = Extract<WorkerRequest, { type: 'start' }>;
type Run = Extract<WorkerRequest, { type: 'run' }>;

const answered = (type: 'started' | 'stopped') => ({ type, __vitest_worker_response__: true });

/** The process that waits for the next mutant. */
let waiting: Kept | undefined;

/** Ends the process that waits, if any. */
export async function endWaiting(): Promise<void> {
  const { worker } = waiting ?? {};
  waiting = undefined;
  await worker?.stop();
}

async function begin(options: PoolOptions, start: Start, listener: EventEmitter): Promise<Kept> {
  const worker = new ForksPoolWorker(options);
  await worker.start();
  const kept: Kept = { worker, mutants: 0, listener };
  const started = Promise.withResolvers<void>();
  worker.on('message', (message: { type?: string }) => {
    if (message.type === 'started') started.resolve();
    else kept.listener.emit('message', message);
  });
  for (const event of ['error', 'exit'])
    worker.on(event, (...told: unknown[]) => {
      if (waiting === kept) waiting = undefined;
      kept.listener.emit(event, ...told);
    });
  worker.send(start);
  await started.promise;
  return kept;
}

/** What Vitest takes for a worker of its own: it is started and stopped for each mutant, and the process behind it is not. */
export class KeptWorker implements PoolWorker {
  static readonly pool = { name: 'kept', createPoolWorker: (options: PoolOptions): PoolWorker => new KeptWorker(options) };

  readonly name = 'kept';
  readonly cacheFs = true;
  readonly #options: PoolOptions;
  readonly #listener = new EventEmitter();
  #start: Start | undefined;
  #kept: Kept | undefined;
  #keeps = true;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#listener.on('error', () => undefined); // without a listener it would be thrown
  }

  on(event: string, callback: (...told: unknown[]) => void): void {
    this.#listener.on(event, callback);
  }

  off(event: string, callback: (...told: unknown[]) => void): void {
    this.#listener.off(event, callback);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  async start(): Promise<void> {
    // the process is begun with the first run, which says whether it needs one of its own
  }

  send(message: WorkerRequest): void {
    if (!('type' in message)) this.#kept?.worker.send(message);
    else if (message.type === 'start') {
      this.#start = message;
      queueMicrotask(() => this.#listener.emit('message', answered('started')));
    } else if (message.type === 'stop') queueMicrotask(() => this.#listener.emit('message', answered('stopped')));
    else if (message.type === 'run') void this.#run(message, this.#start!);
    else this.#kept?.worker.send(message);
  }

  async #run(message: Run, start: Start): Promise<void> {
    const { mode, mutantActivation } = message.context.providedContext as { mode?: string; mutantActivation?: string };
    this.#keeps = mode === 'mutant' && mutantActivation !== 'static';
    if (!this.#keeps || (waiting?.mutants ?? 0) >= mutantsOfOneProcess) await endWaiting();
    this.#kept = waiting ?? (await begin(this.#options, start, this.#listener));
    waiting = undefined;
    this.#kept.listener = this.#listener;
    this.#kept.mutants += 1;
    // which tests are run stands in the configuration, which a process that waited has from its first mutant
    this.#kept.worker.send({ ...message, context: { ...message.context, config: start.context.config } } as Run);
  }

  async stop(): Promise<void> {
    const kept = this.#kept;
    this.#listener.removeAllListeners();
    this.#listener.on('error', () => undefined);
    if (!kept) return;
    if (this.#keeps) waiting = kept;
    else await kept.worker.stop();
  }
}
