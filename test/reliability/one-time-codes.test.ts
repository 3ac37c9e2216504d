/** Rows 28 and 29 of the threat table: codes cannot be guessed, replayed or carried elsewhere, and nobody's mailbox is flooded. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Problem } from '@tillkit/core/contract/contract';
import { mailer } from '@tillkit/server/modules/mailer/mailer';
import { databases } from '../support/databases.ts';
import { mailbox } from '../support/smtp.ts';
import { newVerifier, shop, startTill, type TestTill } from '../support/till.ts';

const victim = 'victim@example.com';
const otherShop = 'https://other.example';
const from = { name: 'Halyard', address: 'billing@halyard.example' };

interface Challenges {
  mailerChallenges: { tries: number; codeHash: string | null };
}

describe.each(databases)('one-time codes on %s', (database, openDatabase) => {
  /** Hundreds of guesses; a fifth one is the last that is looked at, on either. */
  const batches = database === 'SQLite' ? 100 : 10;

  let till: TestTill;
  let box: ReturnType<typeof mailbox>;
  afterEach(() => till.close());

  const start = async (codesPerHour = 10_000): Promise<void> => {
    box = mailbox();
    till = await startTill({
      database: await openDatabase(),
      origins: [shop, otherShop],
      modules: [mailer({ transport: box, from, codesPerHour })],
    });
  };
  let asked = 0;
  /** Asks for a code from a network of its own, unless one is given. */
  const ask = async (email = victim, network = `10.${(asked += 1) >> 8}.${asked & 255}.1`) => {
    const { verifier, verifierHash } = newVerifier();
    const { status, body } = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', {
      body: { email, verifierHash },
      from: network,
    });
    await till.app.drain();
    return { status, proof: { challengeId: body.challengeId, verifier } };
  };
  const guess = (proof: object, code: string, origin = shop, network = '198.51.100.7') =>
    till.call<Problem>('POST', '/v1/sessions', { body: { ...proof, code }, origin, from: network });
  const tries = async (): Promise<number[]> => {
    const rows = await till.store.own<Challenges>().selectFrom('mailerChallenges').select('tries').execute();
    return rows.map((row) => Number(row.tries));
  };
  /** Codes that are all wrong and all different. */
  const wrong = (right: string, count: number): string[] =>
    Array.from({ length: count }, (_unused, at) => String((Number(right) + at + 1) % 100_000_000).padStart(8, '0'));
  const outcomes = (answers: readonly { status: number; body: Problem }[]): Record<string, number> =>
    Object.fromEntries(
      [...Map.groupBy(answers, ({ status, body }) => (status === 201 ? 'signed in' : body.code))].map(([name, group]) => [
        name,
        group.length,
      ]),
    );

  it(`looks at five of ${batches * 100} guesses, and refuses the right one afterwards`, async () => {
    await start();
    const { proof } = await ask();
    const right = box.codeFor(victim);
    const answers = [];
    for (const code of wrong(right, 9)) answers.push(await guess(proof, code));
    for (let batch = 0; batch < batches; batch += 1)
      answers.push(...(await Promise.all(wrong(wrong(right, 10 + batch * 100).at(-1)!, 100).map((code) => guess(proof, code)))));
    answers.push(await guess(proof, right));
    expect(answers.slice(0, 5).map(({ body }) => body.triesLeft)).toEqual([4, 3, 2, 1, 0]);
    expect(outcomes(answers)).toEqual({ email_code_wrong: 5, email_code_spent: batches * 100 + 5 });
    expect(await tries()).toEqual([5]);
  });

  it('looks at five of 100 guesses that come together, wherever the right one is among them', async () => {
    await start();
    const signedIn = [];
    for (let round = 0; round < 10; round += 1) {
      const address = `victim${round}@example.com`;
      const { proof } = await ask(address);
      const right = box.codeFor(address);
      const codes = wrong(right, 100).with(round * 11, right);
      const answers = await Promise.all(codes.map((code, at) => guess(proof, code, shop, `198.51.100.${at}`)));
      const { email_code_wrong: missed = 0, 'signed in': came = 0 } = outcomes(answers);
      expect(missed + came).toBeLessThanOrEqual(5);
      signedIn.push(came);
    }
    expect(Math.max(...(await tries()))).toBe(5);
    expect(signedIn.reduce((sum, came) => sum + came, 0)).toBeLessThan(10);
  });

  it('lets fifty guesses a day at one address be looked at, however often a new code is asked for', async () => {
    await start();
    for (let hour = 0; hour < 12; hour += 1) {
      for (let again = 0; again < 4; again += 1) {
        const { proof } = await ask();
        await Promise.all(wrong(box.codeFor(victim), 20).map((code) => guess(proof, code)));
      }
      await till.sandbox.clock.advance(3600);
    }
    const rows = await till.store.own<Challenges>().selectFrom('mailerChallenges').selectAll().execute();
    const codes = rows.filter(({ codeHash }) => codeHash !== null);
    expect([rows.length, codes.length, box.mails.length]).toEqual([48, 10, 10]);
    expect(codes.map((row) => Number(row.tries))).toEqual(Array.from({ length: 10 }, () => 5));
  });

  it('signs in exactly one of 100 who have the right code', async () => {
    await start();
    const { proof } = await ask();
    const answers = await Promise.all(Array.from({ length: 100 }, () => guess(proof, box.codeFor(victim))));
    expect(outcomes(answers)['signed in']).toBe(1);
    expect((await guess(proof, box.codeFor(victim))).body.code).toBe('email_code_spent');
  });

  it('is of no use with another verifier, on another page or for another challenge, and costs the owner of the address no guess', async () => {
    await start();
    const { proof } = await ask();
    const { proof: other } = await ask();
    const [first, second] = box.mails.map(({ text }) => /(\d{4}) (\d{4})/u.exec(text)!.slice(1).join(''));
    const { verifier } = newVerifier();
    for (let again = 0; again < 10; again += 1) {
      expect((await guess({ ...proof, verifier }, first!)).body.code).toBe('email_code_spent');
      expect((await guess({ ...proof, verifier: other.verifier }, first!)).body.code).toBe('email_code_spent');
      expect((await guess(proof, first!, otherShop)).body.code).toBe('email_code_spent');
    }
    expect(await tries()).toEqual([0, 0]);
    expect((await guess(proof, second!)).body.code).toBe('email_code_wrong');
    expect((await guess(proof, first!)).status).toBe(201);
  });

  it.each([
    [599, 201],
    [600, 410],
  ])('after %i seconds is answered %i', async (seconds, status) => {
    await start();
    const { proof } = await ask();
    await till.sandbox.clock.advance(seconds);
    expect((await guess(proof, box.codeFor(victim))).status).toBe(status);
  });

  it('sends three mails in a quarter of an hour and ten a day to one address, and answers as if there were more', async () => {
    await start();
    const flood = async (count: number): Promise<number> => {
      const before = box.mails.length;
      const answers = await Promise.all(Array.from({ length: count }, (_unused, at) => ask(at % 2 ? victim : victim.toUpperCase())));
      expect(answers.every(({ status, proof }) => status === 202 && proof.challengeId.length === 22)).toBe(true);
      return box.mails.length - before;
    };
    const sent = [];
    for (const seconds of [0, 899, 1, 900, 900, 900]) {
      await till.sandbox.clock.advance(seconds);
      sent.push(await flood(20));
    }
    expect(sent).toEqual([3, 0, 3, 3, 1, 0]);
    await till.sandbox.clock.advance(86_400);
    expect(await flood(4)).toBe(3);
  });

  it('counts forty an hour for a /48, whichever of its networks ask', async () => {
    await start();
    const statuses: number[] = [];
    for (let turn = 0; turn < 50; turn += 1)
      statuses.push((await ask(`v${turn}@example.com`, `2001:db8:5:${turn.toString(16)}::1`)).status);
    expect(statuses.map((status) => status === 202)).toEqual(statuses.map((_status, turn) => turn < 40));
  });

  it('counts ten requests an hour for a network, whatever addresses it names', async () => {
    await start();
    for (const [at, network] of ['192.0.2.1', '2001:db8:1:2::1'].entries()) {
      const spread = (index: number): string => (at === 0 ? network : `2001:db8:1:2::${(index + 1).toString(16)}`);
      const answers = await Promise.all(Array.from({ length: 50 }, (_unused, index) => ask(`a${at}.${index}@example.com`, spread(index))));
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
    }
    expect(box.mails).toHaveLength(20);
    await till.sandbox.clock.advance(3600);
    expect((await ask('b@example.com', '192.0.2.1')).status).toBe(202);
  });

  it('stops at a number of mails an hour for everybody together', async () => {
    await start(30);
    const answers = await Promise.all(Array.from({ length: 60 }, (_unused, at) => ask(`c${at}@example.com`)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(30);
    expect(box.mails).toHaveLength(30);
  });

  it('answers the same for an address that bought something and one that nobody knows', async () => {
    await start();
    await till.buy({ planId: 'team', interval: 'month', currency: 'usd', seats: 3, addOns: {} });
    await till.settle();
    const calls = till.stripeCalls.length;
    const shapes = [];
    for (const email of ['buyer@example.com', 'nobody@example.com']) {
      const { verifierHash } = newVerifier();
      const { status, headers, body } = await till.call<{ challengeId: string }>('POST', '/v1/email-codes', {
        body: { email, verifierHash },
        from: `192.0.2.${email.length}`,
      });
      headers.delete('x-request-id');
      shapes.push({ status, headers: [...headers], keys: Object.keys(body), length: body.challengeId.length });
    }
    expect(shapes[0]).toEqual(shapes[1]);
    // nothing about a customer was asked
    expect(till.stripeCalls.slice(calls)).toEqual([]);
  });
});
