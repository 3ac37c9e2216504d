/* oxlint-disable unicorn/require-post-message-target-origin -- a BroadcastChannel reaches its own origin only */
import { expect } from '@open-wc/testing';
import { paths } from '@tillkit/core/contract/paths';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { TillClient, TillError } from '../../packages/widgets/src/provider/client.ts';
import { askOwner } from '../../packages/widgets/src/provider/owner.ts';
import { browserPage } from '../../packages/widgets/src/provider/page.ts';

/** Of this file alone: the files of a run share a browser's storage. */
const server = 'https://session.till.example';
const key = `till:session:${server}`;
const token = (letter: string): string => `till_${letter.repeat(43)}`;

/** A client whose server answers what `answer` says; the authorization of each request is noted. */
function connect(answer: (authorization: string | null) => Response): { client: TillClient; sent: (string | null)[] } {
  const sent: (string | null)[] = [];
  const client = new TillClient(server, async (_, init) => {
    const authorization = new Headers(init?.headers).get('authorization');
    sent.push(authorization);
    return answer(authorization);
  });
  return { client, sent };
}
const ok = (headers: Record<string, string> = {}): Response => Response.json({}, { headers });
const refused = (): Response => Response.json({ code: 'signed_out' }, { status: 401 });

afterEach(() => sessionStorage.clear());

describe('the session of a page', () => {
  it('goes on with the token that an answer hands over', async () => {
    sessionStorage.setItem(key, token('a'));
    const { client, sent } = connect((authorization) => ok(authorization?.includes('aaa') ? { 'Till-Session': token('b') } : {}));
    await client.request('GET', paths.subscriptions);
    await client.request('GET', paths.subscriptions);
    expect(sent).to.deep.equal([`Bearer ${token('a')}`, `Bearer ${token('b')}`]);
    expect(sessionStorage.getItem(key)).to.equal(token('b'));
  });

  it('takes no token when it sent none', async () => {
    const { client } = connect(() => ok({ 'Till-Session': token('x') }));
    await client.request('GET', paths.invoices);
    expect(client.signedIn).to.equal(false);
  });

  it('stays when an answer to an earlier token comes late and says no', async () => {
    sessionStorage.setItem(key, token('a'));
    let late: ((response: Response) => void) | undefined;
    const slow = new Promise<Response>((resolve) => (late = resolve));
    let first = true;
    const client = new TillClient(server, () => {
      if (!first) return Promise.resolve(ok({ 'Till-Session': token('b') }));
      first = false;
      return slow;
    });
    const begun = client.request('GET', paths.invoices).catch((error: unknown) => error);
    await client.request('GET', paths.subscriptions);
    late?.(refused());
    await begun;
    expect(client.signedIn).to.equal(true);
    expect(sessionStorage.getItem(key)).to.equal(token('b'));
  });

  it('tells tabs that hold the same token, and only those, and only of the same server', async () => {
    const told = (channel: BroadcastChannel): Promise<unknown> =>
      new Promise((resolve) => channel.addEventListener('message', ({ data }) => resolve(data), { once: true }));
    sessionStorage.setItem(key, token('a'));
    const { client: duplicate, sent } = connect(() => ok());
    sessionStorage.setItem(key, token('z'));
    const { client: other } = connect(() => ok());
    const tab = new BroadcastChannel(key);
    const stranger = new BroadcastChannel('till:session:https://other.example');
    // the order of messages is kept: when our own answer has come, both clients have heard the one before
    stranger.postMessage({ old: token('a'), fresh: token('s') });
    tab.postMessage({ old: token('a'), fresh: token('b') });
    const probe = new BroadcastChannel(key);
    const heard = told(probe);
    tab.postMessage('done');
    await heard;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await duplicate.request('GET', paths.subscriptions);
    expect(sent.at(-1)).to.equal(`Bearer ${token('b')}`);
    expect(other.signedIn).to.equal(true);
    for (const channel of [tab, stranger, probe]) channel.close();
  });
});

describe('a server or a site that is silent', () => {
  const { timeout } = AbortSignal;
  /** The limits that were asked for, milliseconds; each is over at once. */
  let limits: number[];
  beforeEach(() => {
    limits = [];
    AbortSignal.timeout = (milliseconds) => {
      limits.push(milliseconds);
      return timeout.call(AbortSignal, 20);
    };
  });
  afterEach(() => {
    AbortSignal.timeout = timeout;
  });
  /** Ends with its signal and in no other way, as a fetch does. */
  const ended = (signal: AbortSignal | null | undefined): Promise<never> =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  /** An answer whose head has come and whose body does not. */
  const headOnly = (signal: AbortSignal | null | undefined, status = 200): Response =>
    new Response(new ReadableStream({ start: (stream) => void ended(signal).catch((reason: unknown) => stream.error(reason)) }), {
      status,
    });
  type Fetch = typeof globalThis.fetch;
  const silences: [string, Fetch][] = [
    ['never answers', (_, init) => ended(init?.signal)],
    ['stops in the middle of its answer', async (_, init) => headOnly(init?.signal)],
  ];

  it.each(silences)('has an end: our server %s', async (_, fetch) => {
    const client = new TillClient(server, fetch);
    const refusal = await client.request('POST', paths.resume('sub_1'), {}).catch((error: TillError) => error);
    expect(refusal).to.be.instanceOf(TillError).and.to.include({ code: 'offline' });
    expect(limits).to.deep.equal([60_000]);
  });

  it('that refused, and stops in the middle of saying why, has refused', async () => {
    sessionStorage.setItem(key, token('a'));
    const client = new TillClient(server, async (_, init) => headOnly(init?.signal, 401));
    const refusal = await client.request('GET', paths.subscriptions).catch((error: TillError) => error);
    expect(refusal).to.include({ code: 'signed_out' });
    expect(client.signedIn).to.equal(false);
  });

  it.each(silences)('has an end, and nobody is logged out by it: the owner’s site %s', async (_, fetch) => {
    const named = await askOwner({ ...browserPage(), fetch }, `${server}/who`);
    expect(named).to.equal(undefined);
    expect(limits).to.deep.equal([15_000]);
  });

  it('is known to have nobody where its answer is something else than a token', async () => {
    const named = await askOwner({ ...browserPage(), fetch: async () => new Response('<p>Hello</p>') }, `${server}/who`);
    expect(named).to.deep.equal({ owner: '' });
  });
});
