/** Stripe's own portal, in which everything can be changed: for whoever has just signed in and has something there. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PortalSessionResponse, Problem } from '@tillkit/core/contract/contract';
import { shop, startTill, type TestTill } from '../../support/till.ts';

const minute = 60;

let till: TestTill;
beforeEach(async () => {
  till = await startTill();
});
afterEach(() => till.close());

const visit = async (token: string) => {
  const { status, body } = await till.call<PortalSessionResponse & Problem>('POST', '/v1/portal-sessions', {
    token,
    body: { returnUrl: shop },
  });
  return status === 201 ? body.url : body.code;
};

it('is open to a customer who has just signed in', async () => {
  const { id: customer } = await (await till.stripe()).customers.create({});
  const token = await till.signIn('ada', { customer });
  expect(await visit(token)).toMatch(/\/p\/session\//u);
  await till.sandbox.clock.advance(16 * minute);
  expect(await visit(token)).toBe('step_up_required');
});

it('is not there for whoever has bought nothing yet', async () => {
  expect(await visit(await till.signIn('new'))).toBe('not_found');
});
