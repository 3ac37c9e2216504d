/** Step 5, webhook: whether Stripe will tell us, and everything we want to know. */
import { readEndpoints, type EndpointFact } from '../stripe/account-facts.ts';
import { apiVersion } from '../stripe/gateway.ts';
import { readRefused } from '../webhook/refused-signatures.ts';
import { eventRegistry } from '../webhook/registry.ts';
import { check, fail, look, ok, warn, type Check, type Examined, type Finding } from './finding.ts';

const path = '/webhooks/stripe';
const place = 'in the dashboard under Developers, Webhooks';

/** The endpoint of this server: the one at `--url`, else the only one that could be it. */
function findEndpoint(endpoints: readonly EndpointFact[], url: string | undefined): EndpointFact | undefined {
  if (url !== undefined) return endpoints.find((endpoint) => endpoint.url === url + path);
  const possible = endpoints.filter((endpoint) => URL.parse(endpoint.url)?.pathname === path);
  return possible.find(({ enabled }) => enabled) ?? possible[0];
}

function endpointFindings(endpoint: EndpointFact): Finding[] {
  const { url, enabled, eventTypes, apiVersion: version } = endpoint;
  const missing = [...eventRegistry.keys()].filter((type) => !eventTypes.includes('*') && !eventTypes.includes(type));
  return [
    {
      name: 'Webhook endpoint',
      ...(enabled ? ok(url) : fail(`${url} is disabled`, `Enable it ${place}, then run "till reconcile".`)),
    },
    {
      name: 'Event types',
      ...(missing.length === 0
        ? ok(`all ${eventRegistry.size} that are handled`)
        : fail(`${missing.length} are not sent: ${missing.join(', ')}`, `Add them to the endpoint ${place}.`)),
    },
    {
      name: 'Event version',
      ...(version === apiVersion
        ? ok(apiVersion)
        : warn(
            `${version ?? "the account's own"} instead of ${apiVersion}`,
            'Nothing is lost, every object is read again; make the endpoint anew with this version when convenient.',
          )),
    },
  ];
}

export const endpoint: Check = {
  name: 'Webhook endpoint',
  async run({ stripe, url }: Examined) {
    const found = findEndpoint(await readEndpoints(stripe), url);
    if (found) return endpointFindings(found);
    const where = url === undefined ? `that ends in ${path}` : `for ${url}${path}`;
    return [{ name: 'Webhook endpoint', ...fail(`there is none ${where}`, `Add it ${place}; docs/deployment.md lists its events.`) }];
  },
};

export const secret = check('Signing secret', async ({ config: { webhookSecrets }, missingFile, store }) => {
  const refused = missingFile === undefined ? await readRefused(await store()).catch(() => 0) : 0;
  if (refused > 0)
    return fail(
      `${refused} deliveries or more were refused since the last genuine one`,
      `Copy the endpoint's signing secret again ${place} into STRIPE_WEBHOOK_SECRET.`,
    );
  if (webhookSecrets.length > 1)
    return warn(`${webhookSecrets.length} are set, for a rotation`, 'Remove the old one a day after the new one was rolled.');
  return look(
    'one is set; whether it is that of the endpoint, the API does not tell',
    'Send a test event and see it answered with 200 there.',
  );
});

export const deadLetters = check('Dead letters', async ({ store }) => {
  const { inbox, outboxDeliveries } = await store();
  const [events, deliveries] = [await inbox.count('dead'), await outboxDeliveries.count('dead')];
  if (events > 0) return fail(`${events} events were given up`, '"till inbox list" shows why, "till inbox replay --all" tries again.');
  if (deliveries > 0)
    return warn(`${deliveries} messages to the owner or to customers were given up`, 'The log says why (outbox.given_up).');
  return ok('none');
});

export const waiting = check('Waiting events', async ({ store, now }) => {
  const oldest = await (await store()).inbox.oldestPending();
  const seconds = oldest === undefined ? 0 : now() - oldest;
  if (seconds <= 300) return ok(oldest === undefined ? 'none' : `the oldest since ${seconds} s`);
  return warn(`the oldest waits since ${seconds} s`, 'See whether the server runs, and what its log says (inbox.put_off).');
});
