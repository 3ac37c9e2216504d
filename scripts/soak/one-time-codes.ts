/** The long runs about sign-in by e-mail code: guesses beyond number, and whether an answer's time tells who is known. */
import { openSqlite } from '@tillkit/server/store/node-sqlite';
import { openPostgres } from '@tillkit/server/modules/postgres/postgres';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { createSmtpTransport, parseSmtpUrl } from '@tillkit/server/modules/mailer/smtp';
import type { Database } from '@tillkit/server/store/database';
import { startPostgres } from '../../test/support/postgres.ts';
import { catchMails, codeIn } from '../../test/support/smtp.ts';
import { newVerifier, startTill, type TestTill } from '../../test/support/till.ts';
import type { SoakResult } from './results.ts';

const addresses = 500;
const guesses = 10_000;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const network = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

let asked = 0;
/** Asks from a network that never asked before; answers how long it took, in milliseconds. */
async function ask(till: TestTill, email: string) {
  const { verifier, verifierHash } = newVerifier();
  const from = network((asked += 1));
  const started = performance.now();
  const { status, body } = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', { body: { email, verifierHash }, from });
  const milliseconds = performance.now() - started;
  if (status !== 202) throw new Error(`Asking for a code was answered ${status}.`);
  await till.app.drain();
  return { milliseconds, proof: { ...body, verifier } };
}

/** Addresses of customers and addresses of nobody in turns: the difference of the medians, in milliseconds. */
async function timeAnswers(till: TestTill): Promise<number> {
  const stripe = await till.stripe();
  for (let index = 0; index < addresses; index += 1) {
    const email = `known${index}@example.com`;
    const { id } = await stripe.customers.create({ email });
    await till.store.identities.save({ issuer: 'email', subject: email, email, customerId: id }, till.now());
  }
  const known: number[] = [];
  const unknown: number[] = [];
  for (let index = 0; index < addresses; index += 1) {
    known.push((await ask(till, `known${index}@example.com`)).milliseconds);
    unknown.push((await ask(till, `nobody${index}@example.com`)).milliseconds);
  }
  return Math.abs(median(known) - median(unknown));
}

/** How many of all guesses at one code the server looked at. */
async function guess(till: TestTill, codeOf: () => string): Promise<number> {
  const { proof } = await ask(till, 'victim@example.com');
  const right = Number(codeOf());
  let looked = 0;
  for (let batch = 0; batch < guesses / 100; batch += 1) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => {
        const code = String((right + 1 + batch * 100 + at) % 100_000_000).padStart(8, '0');
        return till.call<{ code: string }>('POST', '/v1/sessions', { body: { ...proof, code }, from: network(at) });
      }),
    );
    looked += answers.filter(({ body }) => body.code === 'email_code_wrong').length;
  }
  const { status } = await till.call('POST', '/v1/sessions', { body: { ...proof, code: codeOf() } });
  return status === 201 ? Number.POSITIVE_INFINITY : looked;
}

async function run(name: string, database: Database): Promise<SoakResult> {
  const catcher = await catchMails();
  const from = { name: 'Halyard', address: 'billing@halyard.example' };
  const transport = createSmtpTransport(parseSmtpUrl(catcher.url)!, from);
  const till = await startTill({ database, modules: [mailer({ transport, from, codesPerHour: 1_000_000 })] });
  try {
    const difference = await timeAnswers(till);
    const looked = await guess(till, () => codeIn(catcher.mails.at(-1)!.text));
    return { [`${name}MedianDifference`]: Math.round(difference * 1000) / 1000, [`${name}GuessesLookedAt`]: looked };
  } finally {
    await till.close();
    await catcher.close();
  }
}

/** On both databases, with a real mail server on loopback. */
export async function soakOneTimeCodes(): Promise<SoakResult> {
  const server = await startPostgres();
  if (!server) throw new Error('There is no PostgreSQL on this machine.');
  try {
    const onSqlite = await run('sqlite', openSqlite(':memory:'));
    return { addresses, guesses, ...onSqlite, ...(await run('postgres', await openPostgres(await server.createDatabase()))) };
  } finally {
    await server.close();
  }
}
