import { expect, it } from 'vitest';
import { runIdentityWalks } from './identity/walks.ts';

it('2,000 walks: never another’s data, never a purchase without its buyer, never two payments for one', async () => {
  const { walks, purchases } = await runIdentityWalks(2000, 1);
  expect(walks).toBe(2000);
  expect(purchases).toBeGreaterThan(200);
});
