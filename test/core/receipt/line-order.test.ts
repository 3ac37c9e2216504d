import { inReceiptOrder } from '@tillkit/core/receipt/line-order';
import { makeReceipt } from '@tillkit/core/receipt/make-receipt';
import type { Explanation, ReceiptLine } from '@tillkit/core/receipt/receipt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const line = (kind: ReceiptLine['kind'], name: string, explanation: Explanation[] = []): ReceiptLine => ({
  kind,
  name,
  quantity: 1,
  explanation,
  amount: 100,
});
const once: Explanation = { kind: 'once' };

describe('the lines of a receipt', () => {
  const all = [
    line('plan', 'Team'),
    line('add_on', 'Storage'),
    line('add_on', 'Seats of others'),
    line('setup_fee', 'Team', [once]),
    line('add_on', 'Training', [once]),
    line('proration', 'Unused', [{ kind: 'unused', until: 1 }]),
    line('proration', 'Rest', [{ kind: 'remaining', until: 1 }]),
    line('other', 'A row of the owner’s'),
  ];

  it('stand in one order: plan, add-ons, what is paid once, parts of periods, the rest', () => {
    const mixed = [all[7]!, all[5]!, all[4]!, all[1]!, all[3]!, all[2]!, all[0]!, all[6]!];
    expect(makeReceipt({ currency: 'usd', lines: mixed, due: { kind: 'now' } }).lines).toEqual(all);
  });

  it('keep their order within a kind, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...all.map(({ kind }) => kind))), (kinds) => {
        const given = kinds.map((kind, place) => line(kind, String(place)));
        const ordered = inReceiptOrder(given);
        expect(ordered.toSorted((a, b) => Number(a.name) - Number(b.name))).toEqual(given);
        for (const kind of new Set(kinds)) {
          const places = ordered.filter((one) => one.kind === kind).map(({ name }) => Number(name));
          expect(places).toEqual(places.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('that nobody listed come last', () => {
    const { lines } = makeReceipt({ currency: 'usd', lines: [line('other', 'x'), line('plan', 'Team')], sum: 500, due: { kind: 'now' } });
    expect(lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['plan', 100],
      ['other', 100],
      ['other', 300],
    ]);
  });
});
