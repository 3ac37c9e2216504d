import { expect, it } from 'vitest';
import { catalog, IdentityWalk } from './identity-walk.ts';
import { openShop } from './shop.ts';

const walks = 50;
/** Shops in which walks go on at the same time: a browser that is waited for leaves a core free. */
const shops = 2;

it(
  `${walks} walks of the served script: never another's data, never a purchase without its buyer, never two charges`,
  { timeout: 900_000 },
  async () => {
    const faults: string[] = [];
    let [played, purchases] = [0, 0];
    const playInOneShop = async (first: number): Promise<void> => {
      const shop = await openShop(catalog);
      try {
        for (let number = first; number <= walks; number += shops) {
          const walk = await new IdentityWalk(shop, number).play();
          played += 1;
          purchases += walk.purchases;
          faults.push(...walk.faults);
        }
      } finally {
        await shop.close();
      }
    };
    await Promise.all(Array.from({ length: shops }, (_, shop) => playInOneShop(shop + 1)));
    expect(faults).toEqual([]);
    expect(played).toBe(walks);
    expect(purchases).toBeGreaterThan(walks / 4);
  },
);
