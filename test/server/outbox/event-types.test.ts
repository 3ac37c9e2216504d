/** The documentation names exactly what the server tells. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventTypes } from '@tillkit/server/outbox/event-types';

const doc = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

it('the events page has a row for every type that is told, with its sentence', () => {
  const rows = [...doc('events.md').matchAll(/^\| `([\w.]+)` \| (.+?) \|/gmu)].map(([, type, sentence]) => [type, sentence]);
  expect(rows).toEqual(Object.entries(eventTypes));
});
