/**
 * Mails by SMTP.
 *
 * Promise: nothing crosses a network unencrypted, nothing hangs, and no header can be smuggled in by an address, a
 * subject or a name. What is thrown names a code of the mail server's, never an address or a text.
 */
import type { Transporter } from 'nodemailer';
import { toEmailAddress } from '@tillkit/core/contract/email-address';
import type { MailAddress } from './mail-address.ts';
import type { Mail, MailTransport } from './transport.ts';

const timeoutMilliseconds = 10_000;
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The owner's mail server did not take a mail. */
export class MailError extends Error {
  override readonly name = 'MailError';
  /** Nodemailer's code with the server's number, such as `EENVELOPE 550`. */
  readonly reason: string;

  constructor(reason: string) {
    super(`The mail was not accepted (${reason}).`);
    this.reason = reason;
  }

  /** Whether the answer will be the same next time: a mailbox that does not exist, an address that is none. */
  get isFinal(): boolean {
    return /^(?:EADDRESS|EHEADER|(?:EENVELOPE|EMESSAGE) 5\d\d)$/u.test(this.reason);
  }
}

/** An address such as `smtps://user:password@mail.example:465`, or undefined for anything else. */
export function parseSmtpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  const usable = url && /^smtps?:$/u.test(url.protocol) && url.hostname && /^\/?$/u.test(url.pathname) && !url.search && !url.hash;
  return usable ? url : undefined;
}

/** `smtps://` is encrypted from the start (465), `smtp://` by STARTTLS (587), without which no mail leaves this machine. */
export function createSmtpTransport(url: URL, from: MailAddress): MailTransport {
  let opening: Promise<Transporter> | undefined;
  return {
    async send(mail) {
      const message = toMessage(mail, from);
      const transporter = await (opening ??= open(url));
      try {
        await transporter.sendMail(message);
      } catch (error) {
        throw new MailError(reasonOf(error));
      }
    },
  };
}

/** The client library is loaded at the first mail. */
async function open(url: URL): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const encrypted = url.protocol === 'smtps:';
  const here = loopbackHosts.has(url.hostname);
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: Number(url.port || (encrypted ? 465 : 587)),
    secure: encrypted,
    requireTLS: !here,
    // a catcher on this machine has no certificate
    ignoreTLS: here,
    tls: { minVersion: 'TLSv1.2' },
    ...(url.username && { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: timeoutMilliseconds,
    greetingTimeout: timeoutMilliseconds,
    socketTimeout: timeoutMilliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Throws for anything that could end a header and begin another. */
function toMessage({ to, subject, text, html, language, id }: Mail, from: MailAddress) {
  const address = toEmailAddress(to);
  if (!address) throw new MailError('EADDRESS');
  if (/[\p{Cc}\u2028\u2029]/u.test(subject) || !/^[a-z]{2,8}(?:-[a-z0-9]{1,8})*$/iu.test(language)) throw new MailError('EHEADER');
  if (id !== undefined && !/^[\w.-]{1,200}$/u.test(id)) throw new MailError('EHEADER');
  return {
    from,
    to: { name: '', address },
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
    ...(id !== undefined && { messageId: `<${id}@${from.address.split('@')[1]}>` }),
  };
}

function reasonOf(error: unknown): string {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  const known = typeof code === 'string' && /^[A-Z_]{2,40}$/u.test(code) ? code : 'EUNKNOWN';
  return typeof responseCode === 'number' ? `${known} ${responseCode}` : known;
}
