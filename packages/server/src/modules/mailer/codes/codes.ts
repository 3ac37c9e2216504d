/**
 * One-time codes by e-mail: what the module mailer adds to the ways of signing in (decision 0018).
 *
 * A mail carries a code and no link, so there is nothing in it that a scanner could use up by looking.
 */
import { EmailCodeRequestSchema, EmailCodeResponseSchema } from '@tillkit/core/contract/contract';
import { emailCodePath } from '@tillkit/core/contract/email-code-path';
import type { ModuleParts } from '../../../module.ts';
import type { Job } from '../../../ops/jobs.ts';
import type { Till } from '../../../till.ts';
import type { MailTransport } from '../transport.ts';
import { challengesTable, type Challenges } from './challenges.ts';
import { CodeQueue } from './code-queue.ts';
import { codeSignIn } from './code-sign-in.ts';
import { toCodeMail } from './code-mail.ts';
import { emailCodes } from './email-codes.ts';
import { turnSeconds } from './limits.ts';
import { createKeyed } from './secrecy.ts';

export interface CodesOptions {
  readonly transport: MailTransport;
  /** What the mail calls the shop. */
  readonly shopName: string;
  readonly linkExistingCustomers: boolean;
  /** Mails with codes in an hour to everybody together. */
  readonly mailsPerHour: number;
}

const keepSeconds = 3600;

export function oneTimeCodes(till: Till, { transport, shopName, linkExistingCustomers, mailsPerHour }: CodesOptions): ModuleParts {
  const challenges = challengesTable(till.store);
  const keyed = createKeyed(till.store);
  const queue = new CodeQueue(till, {
    challenges,
    keyed,
    transport,
    toMail: (code, challenge) => toCodeMail({ ...challenge, code, shopName }),
  });
  return {
    routes: emailCodes(till, { keyed, mailsPerHour, queued: () => queue.wake() }),
    operations: [
      {
        method: 'post',
        path: emailCodePath,
        summary: 'Sends a code by e-mail, to sign in with.',
        request: EmailCodeRequestSchema,
        success: 202,
        response: EmailCodeResponseSchema,
        access: 'origin',
        refusals: ['too_many_requests'],
      },
    ],
    signIn: codeSignIn(till, { challenges, keyed, linkExistingCustomers }),
    works: [queue],
    jobs: codeJobs(till, challenges, queue),
    checks: async () => ({ mail: (await challenges.countFailed()) > 0 ? 'degraded' : 'ok' }),
  };
}

const codeJobs = ({ now }: Till, challenges: Challenges, queue: CodeQueue): Job[] => [
  {
    // what another process left behind
    name: 'mailer-codes',
    everySeconds: 30,
    run: async () => queue.wake(),
  },
  { name: 'mailer-forget', everySeconds: 600, run: () => challenges.forget(now() - keepSeconds, now() - turnSeconds) },
];
