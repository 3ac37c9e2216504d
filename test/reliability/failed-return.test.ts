/** The way back from checkout when something fails: the buyer is told in the end, and buys nothing a second time meanwhile. */
import { expect, it as test } from 'vitest';
import { ModelBrowser, settle, withHashesAtOnce, type LoadedPage, type Tab, type Trouble } from './identity/model-browser.ts';

const it = (name: string, work: () => Promise<void>): void => test(name, () => withHashesAtOnce(work));

interface Return {
  readonly browser: ModelBrowser;
  readonly tab: Tab;
  readonly page: LoadedPage;
  /** Answers the exchange; what else is under way is answered as it should be. */
  readonly exchange: (trouble?: Trouble) => Promise<void>;
}

const isExchange = ({ question }: { readonly question: { readonly body: object } }): boolean => 'checkoutSessionId' in question.body;

async function answerOthers(browser: ModelBrowser): Promise<void> {
  for (await settle(); ; await settle()) {
    const next = browser.pending.find((one) => !isExchange(one));
    if (!next) return;
    browser.answer(next);
  }
}

/** A buyer whom nobody knows has paid and comes back. */
async function comeBack(asksOwner = false): Promise<Return> {
  const browser = new ModelBrowser({ asksOwner, keeps: true });
  const tab = browser.open();
  browser.buy(browser.load(tab));
  await answerOthers(browser);
  browser.server.pay(browser.server.checkouts.get(tab.paying!)!);
  const page = browser.comeBack(tab, 'till_checkout');
  await answerOthers(browser);
  const exchange = async (trouble?: Trouble): Promise<void> => {
    browser.answer(browser.pending.find(isExchange)!, trouble);
    await answerOthers(browser);
  };
  return { browser, tab, page, exchange };
}

const isMarked = ({ url }: Tab): boolean => url.searchParams.has('till_checkout');
const checkouts = ({ server }: ModelBrowser): number => server.checkouts.size;

async function expectBought({ browser, tab }: Pick<Return, 'browser' | 'tab'>): Promise<void> {
  const { state, client } = tab.page!.store;
  expect(state.purchase).toMatchObject({ status: 'complete', value: { customerId: expect.stringContaining('cus_of_') } });
  expect(client.signedIn).toBe(true);
  expect(isMarked(tab)).toBe(false);
  await answerOthers(browser);
  expect(state.returning).toBeUndefined();
}

for (const asksOwner of [false, true]) {
  const where = asksOwner ? ', on a site that names its visitors' : '';
  for (const trouble of ['stumbles', 'lost', 'unreachable'] as const)
    it(`an exchange that ${trouble === 'stumbles' ? 'is answered 503' : `is ${trouble}`} is made again by a load${where}`, async () => {
      const { browser, tab, page, exchange } = await comeBack(asksOwner);
      await exchange(trouble);
      expect(page.store.state.purchase).toMatchObject({ status: 'error', code: 'confirming' });
      expect(isMarked(tab)).toBe(true);
      browser.load(tab);
      await answerOthers(browser);
      await exchange();
      await expectBought({ browser, tab });
    });
}

it('a load without the mark in the address, as after a navigation in the shop, goes on with it too', async () => {
  const { browser, tab, exchange } = await comeBack();
  await exchange('stumbles');
  tab.url.searchParams.delete('till_checkout');
  browser.load(tab);
  await answerOthers(browser);
  await exchange();
  await expectBought({ browser, tab });
});

it('429 is asked again after Retry-After, and not before', async () => {
  const { browser, tab, exchange } = await comeBack();
  await exchange('busy'); // Retry-After: 40
  browser.advance(39_000);
  await answerOthers(browser);
  expect(browser.pending.filter(isExchange)).toHaveLength(0);
  browser.advance(1000);
  await answerOthers(browser);
  await exchange();
  await expectBought({ browser, tab });
});

it('503 is asked again by itself, each time after a longer wait', async () => {
  const { browser, tab, exchange } = await comeBack();
  for (const seconds of [1, 2, 4, 8, 15, 30, 30]) {
    await exchange('stumbles');
    browser.advance(seconds * 1000 - 1);
    await settle();
    expect(browser.pending.filter(isExchange)).toHaveLength(0);
    browser.advance(1);
    await answerOthers(browser);
  }
  await exchange();
  await expectBought({ browser, tab });
});

it('offline, then seen again online: one exchange, however often it is asked for', async () => {
  const { browser, tab, page, exchange } = await comeBack();
  await exchange('unreachable');
  browser.focused(page);
  browser.returned(page);
  await answerOthers(browser);
  expect(browser.pending.filter(isExchange)).toHaveLength(1);
  await exchange();
  await expectBought({ browser, tab });
});

it('while an exchange is open, or has failed for now, the button buys nothing', async () => {
  const { browser, tab, page, exchange } = await comeBack();
  browser.buy(page);
  await answerOthers(browser);
  await exchange('stumbles');
  browser.buy(page);
  await answerOthers(browser);
  expect(checkouts(browser)).toBe(1);
  await exchange();
  await expectBought({ browser, tab });
});

it('a final refusal gives up: the address is cleaned, nothing is asked again, and the page can be bought on', async () => {
  const { browser, tab, page, exchange } = await comeBack();
  const [checkout] = browser.server.checkouts.values();
  checkout!.exchanged = { session: { customerId: '', owner: '', subject: '', alive: false }, at: browser.time };
  await exchange();
  expect(page.store.state.purchase).toMatchObject({ status: 'error', code: 'checkout_not_yours' });
  expect(isMarked(tab)).toBe(false);
  expect(browser.timers).toHaveLength(0);
  browser.load(tab);
  await answerOthers(browser);
  expect(browser.pending.filter(isExchange)).toHaveLength(0);
  browser.buy(tab.page!);
  await answerOthers(browser);
  expect(checkouts(browser)).toBe(2);
});

it('who logs in while the exchange is on its way is told of the purchase, and it is not lost', async () => {
  const { browser, page, exchange } = await comeBack(true);
  browser.owner = 'ada';
  browser.returned(page);
  await answerOthers(browser);
  await exchange();
  for (let turn = 0; turn < 3; turn += 1) {
    browser.advance(2000);
    await answerOthers(browser);
    if (browser.pending.some(isExchange)) await exchange();
  }
  expect(page.store.state.purchase).toMatchObject({ status: 'complete' });
});

it('a purchase that the owner’s site cannot confirm the buyer of is not made by an older answer', async () => {
  const browser = new ModelBrowser({ asksOwner: true, keeps: true });
  browser.owner = 'ada';
  const page = browser.load(browser.open());
  await answerOthers(browser);
  browser.owner = 'bob';
  browser.advance(10_000);
  browser.buy(page);
  await settle();
  for (const one of browser.pending) browser.answer(one, 'unreachable');
  await answerOthers(browser);
  expect(checkouts(browser)).toBe(0);
  expect(page.store.state.purchase).toMatchObject({ status: 'error', code: 'offline' });
});
