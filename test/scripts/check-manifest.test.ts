import { expect, it } from 'vitest';
import { manifestFaults } from '../../scripts/build/check-manifest.ts';

const element = { tagName: 'till-total', summary: 'Live total.', description: 'The receipt.' };
const faults = (more: object, templates = ''): string[] =>
  manifestFaults({ modules: [{ path: 'total.ts', declarations: [{ ...element, ...more }] }] }, () => templates);

it('accepts an element that is described', () => {
  expect(
    faults(
      { members: [{ name: 'bar', description: 'Keeps the sum in sight.' }], slots: [{ name: '', description: 'Content.' }] },
      '<slot></slot>',
    ),
  ).toEqual([]);
});

it.each(['members', 'attributes', 'events', 'slots', 'cssParts', 'cssStates', 'cssProperties'])(
  'finds one of %s without a description',
  (kind) => {
    expect(faults({ [kind]: [{ name: 'bar' }] })).toHaveLength(1);
  },
);

it('asks for a summary and a description', () => {
  expect(faults({ summary: undefined, description: '' })).toHaveLength(2);
});

it('lets private, protected, static and inherited members be', () => {
  const silent = [{ privacy: 'private' }, { privacy: 'protected' }, { static: true }, { inheritedFrom: { name: 'LitElement' } }];
  expect(faults({ members: silent.map((member) => ({ name: 'x', ...member })) })).toEqual([]);
});

it('finds parts and slots of a template that the description does not name', () => {
  expect(faults({ cssParts: [{ name: 'base', description: 'All.' }] }, '<p part="base sum"><slot name="note"></slot></p>')).toEqual([
    'till-total: part "sum" stands in a template without @csspart',
    'till-total: slot "note" stands in a template without @slot',
  ]);
});
