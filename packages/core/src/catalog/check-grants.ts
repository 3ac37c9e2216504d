/** Step 1, catalog: faults of what plans, add-ons and products grant, that lie between two places. */
import { grantEntries, type Grants } from '../entitlement/allowance.ts';
import type { CatalogFile } from './catalog-file.ts';

/** A name is a feature or a limit throughout: whoever asks how much there is must find a number wherever it is granted. */
export function checkGrants(file: CatalogFile, report: (path: string, message: string) => void): void {
  const limited = new Map<string, string>();
  const granted = [...grantsIn(file)].flatMap(({ path, grants, hasSeats }) =>
    grantEntries(grants).map(([name, grant], index) => ({
      name,
      grant,
      hasSeats,
      at: Array.isArray(grants) ? `${path}[${index}]` : `${path}.${name}`,
    })),
  );
  for (const { name, grant, at } of granted) if (grant !== true && !limited.has(name)) limited.set(name, at);
  for (const { name, grant, at, hasSeats } of granted) {
    const first = limited.get(name);
    if (grant === true && first !== undefined)
      report(at, `${name} is a limit at ${first}. Say how much here too: { "${name}": 5 } or { "${name}": "unlimited" }.`);
    if (typeof grant === 'object' && !hasSeats) report(at, 'This plan has no seats. Use a number, or give it seats.');
  }
}

function* grantsIn(file: CatalogFile): Generator<{ path: string; grants: Grants; hasSeats: boolean }> {
  for (const kind of ['plans', 'addOns', 'products'] as const)
    for (const [index, sold] of file[kind].entries())
      if (sold.grants) yield { path: `${kind}[${index}].grants`, grants: sold.grants, hasSeats: 'seats' in sold };
}
