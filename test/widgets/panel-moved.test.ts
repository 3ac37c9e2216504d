import { expect, fixture, fixtureCleanup, html } from '@open-wc/testing';
import { setupWorker } from 'msw/browser';
import { afterAll, afterEach, beforeAll, it } from 'vitest';
import '@tillkit/widgets';
import { lifecycle, owns, signIn } from '../../stories/fixtures/subscriptions.ts';
import { waitUntil } from '../support/wait-until.ts';

const worker = setupWorker();
beforeAll(async () => {
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
});
afterAll(() => worker.stop());
afterEach(() => {
  fixtureCleanup();
  sessionStorage.clear();
});

const words = (panel: Element): string => panel.shadowRoot!.textContent!.replaceAll(/\s+/gu, ' ');

it('says nowhere that anything is missing while it is moved to another provider', async () => {
  signIn();
  worker.use(...owns([lifecycle.trialWithoutCard]));
  const page = await fixture(
    html`<div>
      <till-provider><till-subscription-panel></till-subscription-panel></till-provider>
      <till-provider><till-subscription-panel></till-subscription-panel></till-provider>
    </div>`,
  );
  const [panel, other] = page.querySelectorAll('till-subscription-panel');
  await waitUntil(() => [panel!, other!].every((one) => words(one).includes('Your free trial ends')));
  const said: string[] = [];
  const listener = new MutationObserver(() => said.push(words(panel!)));
  listener.observe(panel!.shadowRoot!, { subtree: true, childList: true, characterData: true });
  other!.after(panel!);
  await waitUntil(() => said.length > 0 && words(panel!).includes('Your free trial ends'));
  listener.disconnect();
  expect(said.filter((text) => text.includes('No connection'))).to.deep.equal([]);
});

it('asks the provider that it is in by then for cards, when it is moved while their code is on its way', async () => {
  // servers of its own: what a panel of the test before may still ask is not counted
  for (const server of ['former', 'other']) sessionStorage.setItem(`till:session:https://${server}.example`, 'till_story');
  worker.use(...owns([lifecycle.trialWithoutCard]));
  const asked: string[] = [];
  const listen = ({ request }: { request: Request }): void => {
    const { origin, pathname } = new URL(request.url);
    if (origin.endsWith('.example') && pathname.endsWith('/payment-methods')) asked.push(origin);
  };
  worker.events.on('request:start', listen);
  const page = document.createElement('div');
  page.innerHTML =
    '<till-provider server="https://former.example"><till-subscription-panel></till-subscription-panel></till-provider><till-provider server="https://other.example"></till-provider>';
  document.body.append(page);
  page.lastElementChild!.append(page.querySelector('till-subscription-panel')!);
  await waitUntil(() => words(page.querySelector('till-subscription-panel')!).includes('Your free trial ends'));
  await waitUntil(() => asked.length > 0);
  worker.events.removeListener('request:start', listen);
  page.remove();
  expect(asked).to.deep.equal(['https://other.example']);
});
