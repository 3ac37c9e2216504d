/** The documentation names exactly what the server handles and tells. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventTypes } from '@tillkit/server/outbox/event-types';
import { handledEvents } from '@tillkit/server/webhook/registry';

const doc = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it('the deployment guide lists every event that the endpoint must send, and no other', () => {
  const list = /with these events[^:]*:\n\n([\s\S]+?)\n\n/u.exec(doc('deployment.md'))?.[1] ?? '';
  expect(
    list
      .split(/[\s,]+/u)
      .filter(Boolean)
      .toSorted(),
  ).toEqual(handledEvents);
});

it('the events page has a row for every type that is told, with its sentence', () => {
  const rows = [...doc('events.md').matchAll(/^\| `([\w.]+)` \| (.+?) \|/gmu)].map(([, type, sentence]) => [type, sentence]);
  expect(rows).toEqual(Object.entries(eventTypes));
});
