import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadContract } from '../../scripts/contract/contract.ts';
import type { Schema } from '../../scripts/contract/schema.ts';
import { Checker } from '../contract/check.ts';
import { eventFaults, exchangeFaults, takeViolations } from '../contract/observer.ts';
import { customerWith, stand } from './stand.ts';

const schemas: Record<string, Schema> = {
  Box: {
    type: 'object',
    properties: {
      object: { type: 'string', enum: ['box'] },
      size: { type: 'integer' },
      tags: { type: 'array', items: { type: 'string', enum: ['red', 'blue'] } },
      price: { type: 'string', format: 'decimal' },
      deleted: { never: true },
    },
    required: ['object', 'size'],
    additionalProperties: false,
  },
  Gone: {
    type: 'object',
    properties: { object: { type: 'string', enum: ['box'] }, deleted: { type: 'boolean', enum: [true] } },
    required: ['object', 'deleted'],
    additionalProperties: false,
  },
};
const json = new Checker(schemas, 'json');
const form = new Checker(schemas, 'form');
const box: Schema = { $ref: 'Box' };

describe('a value and its schema', () => {
  it.each([
    ['a whole object', { object: 'box', size: 1, tags: ['red'], price: '0.125' }, []],
    ['a missing attribute', { object: 'box' }, ['size: is missing']],
    ['an attribute too many', { object: 'box', size: 1, colour: 'red' }, ["colour: Stripe's object has no such attribute"]],
    ['a wrong type', { object: 'box', size: '1' }, ['size: "1" is no integer']],
    ['a fraction', { object: 'box', size: 1.5 }, ['size: 1.5 is no integer']],
    ['a value outside an enum', { object: 'box', size: 1, tags: ['red', 'green'] }, ['tags[1]: "green" is none of red, blue']],
    ['13 places', { object: 'box', size: 1, price: '0.1234567890123' }, ['price: "0.1234567890123" is no decimal']],
    ['null where it may not be', { object: 'box', size: null }, ['size: null is no integer']],
    ['what is only there when deleted', { object: 'box', size: 1, deleted: true }, ["deleted: Stripe's object has no such attribute"]],
  ])('finds %s', (_, value, faults) => {
    expect(json.faults(box, value)).toEqual(faults);
  });

  it('judges the form that a value comes nearest to', () => {
    const expandable: Schema = { anyOf: [{ type: 'string' }, box, { $ref: 'Gone' }, { type: 'null' }] };
    expect(['box_1', null, { object: 'box', deleted: true }].flatMap((value) => json.faults(expandable, value))).toEqual([]);
    expect(json.faults(expandable, { object: 'box', size: 1, tags: [3] })).toEqual(['tags[0]: 3 is no string']);
  });

  it('lets previous attributes be some, and null', () => {
    expect(json.faults({ ...box, partial: true }, { size: null })).toEqual([]);
    expect(json.faults({ ...box, partial: true }, { wide: 1 })).toEqual(["wide: Stripe's object has no such attribute"]);
  });

  it('reads the texts of a form', () => {
    expect(form.faults(box, { object: 'box', size: '3', tags: { 1: 'red' } })).toEqual([]);
    expect(form.faults(box, { object: 'box', size: 'three' })).toEqual(['size: "three" is no integer']);
  });
});

/** Every value within `whole`, with a way to put another in its place. */
function placesOf(whole: unknown): ((other: unknown) => void)[] {
  if (typeof whole !== 'object' || whole === null) return [];
  const inner = whole as Record<string, unknown>;
  return Object.keys(inner).flatMap((name) => [(other: unknown) => void (inner[name] = other), ...placesOf(inner[name])]);
}

it('finds that a value fits exactly where it finds no fault to name', async () => {
  const contract = await loadContract();
  const checker = new Checker(contract.schemas, 'json');
  const { stripe } = stand();
  const customer = await customerWith(stripe);
  const { data: methods } = await stripe.paymentMethods.list({ customer: customer.id });
  const found = { fits: 0, not: 0 };
  for (const [name, body] of [['Customer', customer] as const, ...methods.map((method) => ['PaymentMethod', method] as const)]) {
    const schema = { $ref: name };
    const text = JSON.stringify(body);
    for (const at of placesOf(JSON.parse(text)).keys())
      for (const other of [undefined, null, 7, 0.5, 'card', '0.125', true, [], [null], {}, { object: 'customer' }, { deleted: true }]) {
        const changed: unknown = JSON.parse(text);
        placesOf(changed)[at]!(other);
        const fits = checker.fits(schema, changed);
        expect(fits, `${name}, place ${at}: ${JSON.stringify(other)}`).toBe(checker.explain(schema, changed).length === 0);
        found[fits ? 'fits' : 'not'] += 1;
      }
  }
  expect(Math.min(found.fits, found.not)).toBeGreaterThan(50);
});

describe('what the sandbox says', () => {
  it('is found out when one attribute is missing, wrong or made up', async () => {
    const { stripe } = stand();
    const customer = JSON.parse(JSON.stringify(await customerWith(stripe))) as Record<string, unknown>;
    const call = { method: 'GET', path: `/v1/customers/${String(customer.id)}`, params: {}, status: 200 };
    const { livemode: _, ...without } = customer;
    expect(exchangeFaults({ ...call, body: customer })).toEqual([]);
    expect(exchangeFaults({ ...call, body: without })).toEqual(['customers.retrieve answered livemode: is missing']);
    expect(exchangeFaults({ ...call, body: { ...customer, balance: '0' } })).toEqual([
      'customers.retrieve answered balance: "0" is no integer',
    ]);
    expect(exchangeFaults({ ...call, body: { ...customer, plan: 1 } })).toEqual([
      "customers.retrieve answered plan: Stripe's object has no such attribute",
    ]);
    expect(exchangeFaults({ ...call, params: { colour: 'red' }, body: customer })).toEqual([
      "customers.retrieve was taken with colour: Stripe's object has no such attribute",
    ]);
  });

  it('is found out when a parameter that Stripe knows is refused as unknown', () => {
    const error = {
      type: 'invalid_request_error',
      code: 'parameter_unknown',
      message: 'Received unknown parameter: phone',
      param: 'phone',
    };
    const call = { method: 'POST', path: '/v1/customers', status: 400, body: { error } };
    expect(exchangeFaults({ ...call, params: { phone: '1' } })).toEqual(['customers.create phone: is refused, but Stripe knows it']);
    expect(exchangeFaults({ ...call, params: { fax: '1' } })).toEqual([]);
  });

  it('is found out when an event holds another object than its type says', async () => {
    const { sandbox, stripe } = stand();
    await customerWith(stripe);
    const [created] = sandbox.events();
    if (!created) throw new Error('no event');
    expect(eventFaults(created)).toEqual([]);
    expect(eventFaults({ ...created, type: 'invoice.paid' })).toContain(
      'event invoice.paid data.object.object: "customer" is none of invoice',
    );
    expect(eventFaults({ ...created, type: 'customer.painted' })).toEqual(['Stripe has no event customer.painted']);
  });

  it('is right to refuse a parameter that Stripe does not know', async () => {
    const { stripe } = stand();
    await expect(stripe.customers.create({ colour: 'red' } as object)).rejects.toThrow('Received unknown parameter: colour');
    expect(takeViolations()).toEqual([]);
  });

  it('is looked at in every file that makes a sandbox', () => {
    const files = globSync('test/**/*.ts').filter((file) => /\bcreateSandbox\(/u.test(readFileSync(file, 'utf8')));
    const unwatched = files.filter((file) => !/contract\/observer\.ts'/u.test(readFileSync(file, 'utf8')));
    // the one only names it; the other asks the same few things 100,000 times
    const spared = ['test/scripts/lint.test.ts', 'test/money/with-sandbox.ts'];
    expect(unwatched.filter((file) => !spared.includes(file))).toEqual([]);
  });
});
