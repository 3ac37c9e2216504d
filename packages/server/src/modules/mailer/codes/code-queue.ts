/**
 * The mails with codes, sent after the answer to the one who asked.
 *
 * Promise: a request that was answered is mailed also after a restart, unless that takes longer than a code lives; a code
 * exists only in the mail, and a mail that is tried again carries a new one.
 */
import { BackgroundLoop, type BackgroundWork } from '../../../ops/background-work.ts';
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
  readonly #loop: BackgroundLoop;
  /** When the next put-off mail is due. */
  #nextAt = Infinity;

  constructor(till: Pick<Till, 'now' | 'log'>, parts: CodeQueueParts) {
    this.#till = till;
    this.#parts = parts;
    this.#loop = new BackgroundLoop({
      round: () => this.#round(),
      nextLook: async () => this.#nextAt - till.now(),
      broken: (error) => {
        till.log.error('email_code.unreadable', { error });
        return pauses[1]!;
      },
    });
  }

  wake(): void {
    this.#loop.wake();
  }

  idle(): Promise<void> {
    return this.#loop.idle();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #round(): Promise<boolean> {
    if (this.#nextAt <= this.#till.now()) this.#nextAt = Infinity;
    const due = await this.#parts.challenges.claimDue(this.#till.now(), atOnce);
    await Promise.all(due.map((challenge) => this.#send(challenge)));
    return due.length > 0;
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
      this.#nextAt = Math.min(this.#nextAt, now() + pause);
    }
  }
}
