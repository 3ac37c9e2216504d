import { expect, it } from 'vitest';
import { catalog, IdentityWalk } from './identity-walk.ts';
import { openShop } from './shop.ts';

const walks = 50;

it(
  `${walks} walks of the served script: never another's data, never a purchase without its buyer, never two charges`,
  { timeout: 900_000 },
  async () => {
    const shop = await openShop(catalog);
    const faults: string[] = [];
    let purchases = 0;
    try {
      for (let number = 1; number <= walks; number += 1) {
        const walk = await new IdentityWalk(shop, number).play();
        purchases += walk.purchases;
        faults.push(...walk.faults);
      }
    } finally {
      await shop.close();
    }
    expect(faults).toEqual([]);
    expect(purchases).toBeGreaterThan(walks / 4);
  },
);
