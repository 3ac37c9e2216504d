/** A mail server on loopback that keeps what it gets. */
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Mail, MailTransport } from '@tillkit/server/modules/mailer/transport';
import { readMail, type ReceivedMail } from '../../scripts/start/received-mail.ts';

export interface MailCatcher {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** The same as they came over the wire. */
  readonly raw: readonly string[];
  close(): Promise<void>;
}

/** Starts one; `options` are those of smtp-server. */
export async function catchMails(options: SMTPServerOptions = {}): Promise<MailCatcher> {
  const mails: ReceivedMail[] = [];
  const raw: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        raw.push(text);
        mails.push(
          readMail(
            text,
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        );
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    raw,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A transport that keeps the mails in memory, for tests of what is not SMTP. */
export function mailbox(): MailTransport & { readonly mails: readonly Mail[]; codeFor(address: string): string } {
  const mails: Mail[] = [];
  return {
    mails,
    async send(mail) {
      mails.push(mail);
    },
    codeFor(address) {
      const mail = mails.findLast(({ to, text }) => to === address && codeLine.test(text));
      if (!mail) throw new Error('There is no mail with a code for this address.');
      return codeIn(mail.text);
    },
  };
}

const codeLine = /^\s*(\d{4}) (\d{4})$/mu;

/** The eight digits of a mail. */
export const codeIn = (text: string): string => codeLine.exec(text)!.slice(1).join('');
