import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseMailAddress } from '@tillkit/server/modules/mailer/mail-address';
import { createSmtpTransport, MailError, parseSmtpUrl } from '@tillkit/server/modules/mailer/smtp';
import type { Mail } from '@tillkit/server/modules/mailer/transport';
import { readModules } from '@tillkit/server/modules';
import { catchMails, type MailCatcher } from '../../../support/smtp.ts';

const from = { name: 'חנות "Halyard"', address: 'billing@halyard.example' };
const mail: Mail = {
  to: 'ada@example.com',
  subject: 'קוד',
  text: 'שלום, line 1\nline 2',
  html: '<p>שלום</p>',
  language: 'he',
  id: 'code.1',
};
const reasonOf = async (sending: Promise<void>): Promise<string> =>
  sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof MailError ? error.reason : String(error)),
  );

describe('mails by SMTP', () => {
  let catcher: MailCatcher;
  afterEach(() => catcher.close());
  const start = async (...options: Parameters<typeof catchMails>) => {
    catcher = await catchMails(...options);
    return createSmtpTransport(parseSmtpUrl(catcher.url)!, from);
  };

  it('arrive as they were written', async () => {
    await (await start()).send(mail);
    const [got] = catcher.mails;
    expect(got).toMatchObject({ to: ['ada@example.com'], text: mail.text, html: mail.html });
    expect(Object.fromEntries(got!.headers)).toMatchObject({
      to: 'ada@example.com',
      subject: 'קוד',
      'message-id': '<code.1@halyard.example>',
      'auto-submitted': 'auto-generated',
      'content-language': 'he',
    });
    expect(got!.headers.get('from')).toMatch(/<billing@halyard\.example>$/u);
  });

  it.each<[string, Partial<Mail>]>([
    ['a second recipient', { to: 'ada@example.com, eve@example.com' }],
    ['a line break in the address', { to: 'ada@example.com\r\nBcc: eve@example.com' }],
    ['a name before the address', { to: 'Ada <ada@example.com>' }],
    ['a line break in the subject', { subject: 'Hello\r\nBcc: eve@example.com' }],
    ['a bare carriage return', { subject: 'Hello\rBcc: eve@example.com' }],
    ['a line break in the id', { id: 'code.1>\r\nBcc: eve@example.com' }],
    ['a line break in the language', { language: 'en\r\nBcc: eve@example.com' }],
  ])('with %s are refused before anything is sent', async (_, part) => {
    const transport = await start();
    expect(await reasonOf(transport.send({ ...mail, ...part }))).toMatch(/^E(?:ADDRESS|HEADER)$/u);
    expect(catcher.raw).toEqual([]);
  });

  it('are given up for a mailbox that does not exist, and tried again for one that is busy', async () => {
    for (const [responseCode, isFinal] of [
      [550, true],
      [450, false],
    ] as const) {
      const transport = await start({
        onRcptTo: (_, __, done) => done(Object.assign(new Error('ada@example.com is not here'), { responseCode })),
      });
      const error = await transport.send(mail).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ reason: `EENVELOPE ${responseCode}`, isFinal });
      expect(String(error)).not.toContain('ada');
      await catcher.close();
    }
    await start();
  });
});

it('does not talk to a mail server elsewhere that offers no encryption', async () => {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.write('220 mail.example ESMTP\r\n');
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk.toString().startsWith('EHLO') ? '250 mail.example\r\n' : '502 no\r\n');
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  // 127.0.0.2 is this machine too, and no name for it that we know
  const transport = createSmtpTransport(parseSmtpUrl(`smtp://user:secret@127.0.0.2:${port}`)!, from);
  const elsewhere = createServer((socket) => server.emit('connection', socket));
  await new Promise<void>((resolve) => elsewhere.listen(port, '127.0.0.2', resolve));
  expect(await reasonOf(transport.send(mail))).toMatch(/^ETLS/u);
  expect(heard.join('')).not.toMatch(/AUTH|MAIL FROM|ada/u);
  await Promise.all([server, elsewhere].map((one) => new Promise((resolve) => one.close(resolve))));
});

describe('what switches the module on', () => {
  const good = { SMTP_URL: 'smtps://user:pass@mail.example', TILL_MAIL_FROM: 'Halyard <billing@halyard.example>' };

  it('is a mail server and a sender', async () => {
    const read = await readModules(good);
    expect(read.ok && read.config.map(({ name }) => name)).toEqual(['mailer']);
    expect((await readModules({ TILL_MAIL_FROM: good.TILL_MAIL_FROM })).ok && 'off').toBe('off');
  });

  it.each([
    [{ ...good, SMTP_URL: 'mail.example:25' }, 'SMTP_URL'],
    [{ ...good, SMTP_URL: 'https://mail.example' }, 'SMTP_URL'],
    [{ ...good, SMTP_URL: 'smtp://mail.example/?tls.rejectUnauthorized=false' }, 'SMTP_URL'],
    [{ SMTP_URL: good.SMTP_URL }, 'TILL_MAIL_FROM'],
    [{ ...good, TILL_MAIL_FROM: 'Halyard' }, 'TILL_MAIL_FROM'],
    [{ ...good, TILL_MAIL_FROM: 'a@b.example, c@d.example' }, 'TILL_MAIL_FROM'],
  ])('is refused with its name when it is wrong: %j', async (environment, variable) => {
    const read = await readModules(environment);
    expect(!read.ok && read.faults.map((fault) => fault.split(' ')[0])).toEqual([variable]);
    expect(JSON.stringify(read)).not.toContain('pass@');
  });

  it.each([
    ['Halyard <billing@halyard.example>', { name: 'Halyard', address: 'billing@halyard.example' }],
    ['"Halyard, Inc." <billing@halyard.example>', { name: 'Halyard, Inc.', address: 'billing@halyard.example' }],
    ['billing@halyard.example', { name: 'halyard.example', address: 'billing@halyard.example' }],
    ['Halyard\r\nBcc: eve@example.com <billing@halyard.example>', undefined],
  ])('reads a sender: %j', (text, address) => {
    expect(parseMailAddress(text)).toEqual(address);
  });
});
