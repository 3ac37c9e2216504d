/**
 * Module mailer: sign-in by e-mail code, and mails about a customer's subscription.
 *
 * Promise: off without a mail server; a mail never leaves this machine unencrypted, and what could not be sent is tried
 * again, also after a restart.
 */
import type { ReadModule, TillModule } from '../../module.ts';
import { oneTimeCodes } from './codes/codes.ts';
import { codesMigrations, codesPersonalData } from './codes/tables.ts';
import { parseMailAddress, type MailAddress } from './mail-address.ts';
import { customerNotices, type NoticeOptions } from './notices/notices.ts';
import { readNoticeOptions } from './notices/read-notice-options.ts';
import { createSmtpTransport, parseSmtpUrl } from './smtp.ts';
import type { MailTransport } from './transport.ts';

export interface MailerOptions {
  readonly transport: MailTransport;
  /** The name is what mails call the shop. */
  readonly from: MailAddress;
  /** Lets somebody who proves an address reach every Stripe customer of that address, not only those that Tillkit made. */
  readonly linkExistingCustomers?: boolean;
  /** One-time codes in an hour to everybody together, so that nobody makes this a source of spam; default 600. */
  readonly codesPerHour?: number;
  /** What customers are written about. */
  readonly notices?: NoticeOptions;
}

/** The module with any way of sending mails. */
export function mailer({ transport, from, linkExistingCustomers = false, codesPerHour = 600, notices = {} }: MailerOptions): TillModule {
  return {
    name: 'mailer',
    introduction: `Mails from ${from.address}`,
    migrations: codesMigrations,
    shown: { emailCodes: true },
    install(till) {
      const codes = oneTimeCodes(till, { transport, shopName: from.name, linkExistingCustomers, mailsPerHour: codesPerHour });
      return {
        ...codes,
        personalData: codesPersonalData,
        consumers: [customerNotices(till, { ...notices, transport, shopName: from.name })],
      };
    },
  };
}

export const readModule: ReadModule = (environment, faults) => {
  const url = parseSmtpUrl(environment.SMTP_URL?.trim() ?? '');
  if (!url) faults.push('SMTP_URL must be like smtps://user:password@mail.example:465, or smtp:// with port 587 for STARTTLS.');
  const from = parseMailAddress(environment.TILL_MAIL_FROM?.trim() ?? '');
  if (!from) faults.push('TILL_MAIL_FROM must be an address such as Halyard <billing@halyard.example>; SMTP_URL needs it.');
  const notices = readNoticeOptions(environment, faults);
  if (!url || !from) return { name: 'mailer', introduction: 'Mails' };
  return mailer({
    transport: createSmtpTransport(url, from),
    from,
    notices,
    linkExistingCustomers: environment.TILL_LINK_EXISTING_CUSTOMERS?.trim() === '1',
  });
};
