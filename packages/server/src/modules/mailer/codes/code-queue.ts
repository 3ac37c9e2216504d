/**
 * The mails with codes, sent after the answer to the one who asked.
 *
 * Promise: a request that was answered is mailed also after a restart, unless that takes longer than a code lives; a code
 * exists only in the mail, and a mail that is tried again carries a new one.
 */
import type { BackgroundWork } from '../../../ops/background-work.ts';
import type { Till } from '../../../till.ts';
import { MailError } from '../smtp.ts';
import type { Mail, MailTransport } from '../transport.ts';
import { codeSeconds, type Challenge, type Challenges } from './challenges.ts';
import { newCode, type Keyed } from './secrecy.ts';

/** Mails on their way at the same time. */
const atOnce = 5;
/** Seconds before each further try. */
const pauses = [2, 10, 30, 120, 240];

export interface CodeQueueParts {
  readonly challenges: Challenges;
  readonly keyed: Keyed;
  readonly transport: MailTransport;
  readonly toMail: (code: string, challenge: Challenge) => Mail;
}

export class CodeQueue implements BackgroundWork {
  readonly #till: Pick<Till, 'now' | 'log'>;
  readonly #parts: CodeQueueParts;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(till: Pick<Till, 'now' | 'log'>, parts: CodeQueueParts) {
    this.#till = till;
    this.#parts = parts;
  }

  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) this.wake();
    });
  }

  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { challenges } = this.#parts;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const due = await challenges.claimDue(this.#till.now(), atOnce);
        await Promise.all(due.map((challenge) => this.#send(challenge)));
        if (due.length > 0) this.#again = true;
      } catch (error) {
        this.#till.log.error('email_code.unreadable', { error });
        this.#wakeIn(pauses[1]!);
      }
    }
  }

  async #send(challenge: Challenge): Promise<void> {
    const { challengeHash, attempts, createdAt } = challenge;
    const { challenges, keyed, transport, toMail } = this.#parts;
    const { now, log } = this.#till;
    if (now() >= createdAt + codeSeconds) return challenges.settle(challengeHash, { status: 'failed' });
    const code = newCode();
    await challenges.setCode(challengeHash, { codeHash: await keyed('code', challengeHash, code), expiresAt: now() + codeSeconds });
    try {
      await transport.send(toMail(code, challenge));
      await challenges.settle(challengeHash, { status: 'sent' });
    } catch (error) {
      const pause = error instanceof MailError && error.isFinal ? undefined : pauses[attempts];
      log.warn(pause === undefined ? 'email_code.given_up' : 'email_code.put_off', { attempts, error });
      if (pause === undefined) return challenges.settle(challengeHash, { status: 'failed' });
      await challenges.settle(challengeHash, { attempts: attempts + 1, nextAt: now() + pause });
      this.#wakeIn(pause);
    }
  }

  #wakeIn(seconds: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.wake(), seconds * 1000);
    this.#timer.unref();
  }
}
