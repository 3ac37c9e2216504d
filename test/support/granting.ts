/** The team suite, in which everything grants a feature of its own name, and who asks what somebody may use. */
import { readFileSync } from 'node:fs';
import type { Entitlements } from '@tillkit/core/contract/contract';
import { hashSecret } from '@tillkit/server/identity/session-token';
import type { TestTill } from './till.ts';

interface Sold {
  readonly id: string;
  readonly grants?: unknown;
}
type Catalog = Record<'plans' | 'addOns' | 'products', Sold[]>;

const read = (): Catalog =>
  JSON.parse(readFileSync(new URL('../../examples/catalogs/team-suite.json', import.meta.url), 'utf8')) as Catalog;

/** What is sold once beside the subscriptions: a product alone, and an add-on that comes with a plan. */
const guide = { id: 'guide', name: 'Guide', price: { amounts: { usd: 1900, eur: 1900, ils: 1900 } }, quantity: { max: 5 } };
const course = { id: 'course', name: 'Course', prices: [{ amounts: { usd: 4900, eur: 4900, ils: 4900 } }], quantity: { max: 5 } };

/** `grants` by id; what it does not name grants `use-` and its id. */
export function grantingCatalog(grants: Readonly<Record<string, unknown>> = {}): object {
  const file = read();
  const granting = (sold: readonly Sold[]): Sold[] => sold.map((one) => ({ ...one, grants: grants[one.id] ?? [`use-${one.id}`] }));
  return { ...file, plans: granting(file.plans), addOns: granting([...file.addOns, course]), products: granting([guide]) };
}

const apiKey = 'a-key-of-the-backend-0123456789abcdef';
/** For the server's configuration, so that `entitlementsOf` is answered. */
export const backend = { apiKeyHashes: [hashSecret(apiKey)] };

/** What the owner's backend is told of a customer or subject, as `customer=cus_…`. */
export async function entitlementsOf(till: TestTill, person: string): Promise<Entitlements> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const { status, body } = await till.call<Entitlements>('GET', `/v1/entitlements?${person}`, { origin: null, headers });
  if (status !== 200) throw new Error(`The backend was answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
