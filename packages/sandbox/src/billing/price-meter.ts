/** Step catalog: which prices have a meter. */
import { invalid, missingReference } from '../http/api-error.ts';
import type { World } from '../world.ts';

interface Asked {
  readonly meter?: string;
  readonly usage_type?: 'licensed' | 'metered';
}

/** Metered prices are counted by a meter (since 2025-03-31.basil), others by none. */
export function demandMeter(world: World, recurring: Asked | undefined): void {
  const meter = recurring?.meter;
  const path = 'recurring[meter]';
  if (meter !== undefined && !world.tables.meters.get(meter)) throw missingReference('meter', meter, path);
  if (recurring?.usage_type === 'metered' && meter === undefined) {
    throw invalid('Metered prices need a meter. Create a billing meter first.', 'parameter_missing', path);
  }
  if (recurring?.usage_type !== 'metered' && meter !== undefined) {
    throw invalid('A meter can be set on metered prices only.', undefined, path);
  }
}
