import type { Discount } from '@tillkit/core/discount/discount';
import { totalInvoice } from '@tillkit/core/quote/invoice-total';
import type { TaxRate } from '@tillkit/core/tax/tax-rate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const line = (amount: number, id = 'team') => ({ amount, id });
const off = (more: Partial<Discount>): Discount => ({ id: 'c', name: 'Spring', duration: 'once', ...more });
const rate = (percentage: string, inclusive = false): TaxRate => ({ id: `txr_${percentage}`, name: 'VAT', percentage, inclusive });
const total = (lines: Parameters<typeof totalInvoice>[0], more: Partial<Parameters<typeof totalInvoice>[1]>) =>
  totalInvoice(lines, { currency: 'usd', ...more });

describe('an invoice', () => {
  it('takes a percentage off each line, rounded there', () => {
    expect(total([line(333), line(333)], { discounts: [off({ percentOff: '50' })] })).toMatchObject({
      lineDiscounts: [167, 167],
      total: 332,
    });
  });

  it('spreads an amount off so that its parts add up', () => {
    expect(total([line(100), line(100), line(100)], { discounts: [off({ amountsOff: { usd: 100 } })] })).toMatchObject({
      lineDiscounts: [34, 33, 33],
      total: 200,
    });
  });

  it('takes no more off than there is', () => {
    expect(total([line(300)], { discounts: [off({ amountsOff: { usd: 1000 } })] })).toMatchObject({ total: 0 });
  });

  it('takes discounts in order, each from what the one before left', () => {
    const both = [off({ amountsOff: { usd: 1000 } }), off({ percentOff: '10' })];
    expect(total([line(5000)], { discounts: both }).total).toBe(3600);
    expect(total([line(5000)], { discounts: both.toReversed() }).total).toBe(3500);
  });

  it('keeps a discount to the products it is for', () => {
    expect(total([line(1000), line(500, 'storage')], { discounts: [off({ percentOff: '20', appliesTo: ['storage'] })] })).toMatchObject({
      lineDiscounts: [0, 100],
      total: 1400,
    });
  });

  it('discounts no credit', () => expect(total([line(-500), line(1000)], { discounts: [off({ percentOff: '10' })] }).total).toBe(400));

  it('takes tax after discounts: 25 % exclusive of 500 − 20 % is 100', () => {
    expect(total([line(500)], { discounts: [off({ percentOff: '20' })], taxRates: [rate('25')] })).toMatchObject({
      taxes: [{ amount: 100 }],
      total: 500,
    });
  });

  it('finds the tax inside: 25 % inclusive of 500 is 100', () => {
    expect(total([line(500)], { taxRates: [rate('25', true)] })).toMatchObject({ taxes: [{ amount: 100, inclusive: true }], total: 500 });
  });

  it('pays with credit, never below 0, and adds what is owed', () => {
    expect(total([line(500)], { balance: -200 })).toMatchObject({ total: 500, amountDue: 300 });
    expect(total([line(500)], { balance: -900 }).amountDue).toBe(0);
    expect(total([line(500)], { balance: 150 }).amountDue).toBe(650);
  });

  it('adds up: subtotal − discounts + exclusive taxes = total, and no line falls below 0', () => {
    const discount = fc.oneof(
      fc.integer({ min: 1, max: 100_000 }).map((thousandths) => off({ percentOff: String(thousandths / 1000) })),
      fc.integer({ min: 1, max: 200_000 }).map((usd) => off({ amountsOff: { usd } })),
    );
    const tax = fc.tuple(fc.nat(300_000), fc.boolean()).map(([ten, inclusive]) => rate(String(ten / 10_000), inclusive));
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 24 }),
        fc.array(discount, { maxLength: 4 }),
        fc.array(tax, { maxLength: 3 }),
        (amounts, discounts, taxRates) => {
          const result = total(
            amounts.map((amount) => line(amount)),
            { discounts, taxRates },
          );
          const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
          expect(sum(result.lineDiscounts)).toBe(sum(result.discounts.map(({ amount }) => amount)));
          expect(amounts.every((amount, index) => result.lineDiscounts[index]! <= amount)).toBe(true);
          const onTop = sum(result.taxes.map(({ inclusive, amount }) => (inclusive ? 0 : amount)));
          expect(result.total).toBe(sum(amounts) - sum(result.lineDiscounts) + onTop);
          expect(result.total).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
