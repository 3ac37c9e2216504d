/** What docs/deployment.md and .env.example tell an owner is what the server does. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readings } from '@tillkit/server/stripe/account-facts';
import { apiVersion } from '@tillkit/server/stripe/gateway';
import { handledEvents } from '@tillkit/server/webhook/registry';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const deployment = read('docs/deployment.md');
const sources = globSync('packages/server/src/**/*.ts', { cwd: root }).map((path) => [path, read(path)] as const);

describe('docs/deployment.md', () => {
  it('lists exactly the events that are handled', () => {
    const listed = /<!-- events[^>]*-->([\s\S]*?)<!-- \/events -->/u.exec(deployment)![1]!;
    expect(listed.match(/[\w.]+/gu)).toEqual(handledEvents);
  });

  it('names the version that the server speaks', () => {
    expect(deployment).toContain(`\`${apiVersion}\``);
  });

  it('names every permission that a call of the server needs', () => {
    const permissions: Record<string, string> = {
      'billing.meters': 'Billing Meters',
      'billingPortal.configurations': 'Customer Portal',
      'billingPortal.sessions': 'Customer Portal',
      'checkout.sessions': 'Checkout Sessions',
      'tax.settings': 'Tax Settings',
    };
    const words = (name: string): string => name.replace(/[A-Z]/gu, ' $&').replace(/^./u, (letter) => letter.toUpperCase());
    const used = new Map<string, boolean>();
    const call = /\b(?:client\)?\s*\.\s*((?:billing|billingPortal|checkout|tax)\.\w+|\w+)|(subscriptionSchedules))\s*\.\s*([a-z]\w+)\(/gu;
    for (const [, text] of sources.filter(([path]) => path.includes('/stripe/'))) {
      for (const [, resource, destructured, verb] of text.matchAll(call)) {
        const name = resource ?? destructured!;
        const permission = permissions[name] ?? words(name);
        used.set(permission, used.get(permission) || !/^(?:list|retrieve)/u.test(verb!));
      }
    }
    expect(used.size).toBeGreaterThan(15);
    const rows = [...deployment.matchAll(/^\| \*(Write|Read)\*: ([^|]+)/gmu)];
    const granted = (level: string): Set<string> =>
      new Set(rows.filter(([, given]) => given === level || given === 'Write').flatMap(([, , names]) => names!.trim().split(', ')));
    for (const [permission, writes] of used) expect(granted(writes ? 'Write' : 'Read'), permission).toContain(permission);
    for (const permission of Object.keys(readings)) expect(granted('Read')).toContain(permission);
  });
});

it('.env.example has every variable that the server reads, and no other', () => {
  const starts = sources.filter(([path]) => /\/(?:config|modules)\.ts$|\/modules\//u.test(path)).map(([, text]) => text);
  const used = new Set(starts.join('\n').match(/(?<=environment\.|variable: '|environment, '|\{ )[A-Z][A-Z_]+(?='|\b)/gu));
  // refused with what to write instead
  used.delete('TILL_TIME_ZONE');
  const described = new Set([...read('packages/server/.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gmu)].map(([, name]) => name!));
  expect([...described].toSorted()).toEqual([...used].toSorted());
});
