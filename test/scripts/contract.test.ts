import { describe, expect, it } from 'vitest';
import { loadContract } from '../../scripts/contract/contract.ts';
import type { Schema } from '../../scripts/contract/schema.ts';
import { beyondOperations, subsetOperations } from '../contract/operations.ts';

const contract = await loadContract();
const operation = (name: string) => contract.operations.find((known) => known.name === name);
const schema = (name: string): Schema => contract.schemas[name] ?? {};

describe("Stripe's contract as the SDK publishes it", () => {
  it('has the 144 operations of Stripe Billing, and those beyond', () => {
    expect(subsetOperations).toHaveLength(144);
    expect([...subsetOperations, ...beyondOperations].filter((name) => !operation(name))).toEqual([]);
  });

  it('knows the route of a method', () => {
    expect(operation('checkout.sessions.listLineItems')).toMatchObject({ method: 'GET', path: '/v1/checkout/sessions/{id}/line_items' });
    expect(operation('customers.deleteTaxId')).toMatchObject({ method: 'DELETE', path: '/v1/customers/{customerId}/tax_ids/{id}' });
  });

  it('closes every object that is no map', () => {
    expect(schema('Coupon').additionalProperties).toBe(false);
    expect(schema('Metadata').additionalProperties).toEqual({ type: 'string' });
  });

  it('tells required from optional and null', () => {
    const coupon = schema('Coupon');
    expect(coupon.required).toContain('percent_off');
    expect(coupon.required).not.toContain('applies_to');
    expect(coupon.properties?.percent_off).toEqual({ anyOf: [{ type: 'number' }, { type: 'null' }] });
    expect(coupon.properties?.duration).toEqual({ $ref: 'Coupon.Duration' });
    expect(schema('Coupon.Duration')).toEqual({ type: 'string', enum: ['forever', 'once', 'repeating'] });
  });

  it('inherits attributes', () => {
    expect(Object.keys(schema('CouponListParams').properties ?? {})).toEqual(
      expect.arrayContaining(['created', 'limit', 'starting_after']),
    );
    expect(schema('InvoicePaidEvent').properties?.type).toEqual({ type: 'string', enum: ['invoice.paid'] });
    expect(schema('InvoicePaidEvent').required).toContain('pending_webhooks');
  });

  it('finds the type of every event', () => {
    expect(Object.keys(contract.events).length).toBeGreaterThan(270);
    expect(contract.events['customer.subscription.trial_will_end']).toBe('CustomerSubscriptionTrialWillEndEvent');
  });

  it('leaves no reference open', () => {
    const open = JSON.stringify(contract).matchAll(/"\$ref":"([^"]+)"/gu);
    expect([...open].map(([, name = '']) => name).filter((name) => !Object.hasOwn(contract.schemas, name))).toEqual([]);
  });
});
