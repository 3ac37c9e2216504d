/**
 * The demo's mail server: takes every mail, delivers none, and shows them on a page, so that a newcomer can sign in by code.
 */
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { readMail, type ReceivedMail } from './received-mail.ts';

export interface Mails {
  /** For `SMTP_URL`. */
  readonly smtpUrl: string;
  /** The page. */
  readonly url: string;
  close(): Promise<void>;
}

/** Mails that the page still shows. */
const kept = 50;
const host = '127.0.0.1';

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const one = ({ to, headers, html }: ReceivedMail, at: number): string => `<details${at === 0 ? ' open' : ''}>
  <summary><b>${escape(headers.get('subject') ?? '')}</b> to ${escape(to.join(', '))}</summary>
  <iframe sandbox title="The mail" srcdoc="${escape(html)}"></iframe>
</details>`;

const page = (mails: readonly ReceivedMail[]): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="5">
<title>Mails of the demo (${mails.length})</title>
<style>
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
details { border: 1px solid color-mix(in oklab, currentColor 20%, transparent); border-radius: 8px; margin-block: 1rem; padding: .75rem 1rem }
summary { cursor: pointer }
iframe { inline-size: 100%; block-size: 34rem; border: 0; margin-block-start: .75rem }
</style>
</head>
<body>
<h1>Mails of the demo</h1>
<p>${mails.length ? 'The newest is on top. None of them left this machine.' : 'Nothing yet. Ask for a sign-in code on the account page, and it comes here.'}</p>
${mails.map(one).join('\n')}
</body>
</html>`;

/** Starts both on loopback. */
export async function serveMails(smtpPort: number, pagePort: number): Promise<Mails> {
  const mails: ReceivedMail[] = [];
  const smtp = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.unshift(readMail(Buffer.concat(chunks).toString(), to));
        mails.length = Math.min(mails.length, kept);
        done();
      });
    },
  });
  smtp.on('error', () => undefined); // a client that hangs up
  const web = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page(mails));
  });
  await new Promise<void>((resolve) => smtp.listen(smtpPort, host, () => resolve()));
  await new Promise<void>((resolve) => web.listen(pagePort, host, resolve));
  return {
    smtpUrl: `smtp://${host}:${smtpPort}`,
    url: `http://${host}:${pagePort}/`,
    async close() {
      web.closeAllConnections();
      await new Promise((resolve) => web.close(resolve));
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
}
