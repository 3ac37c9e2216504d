/** Steps 3 to 7: what stands above the sum of a receipt, the same on every face of the kit. */
import { explainLine, lineAmount, lineName, receiptRows, type ReceiptStyle } from '@tillkit/core/receipt/explain';
import type { Receipt } from '@tillkit/core/receipt/receipt';
import { html, type TemplateResult } from 'lit';

/** Every line with its explanation, then discounts, taxes and credit. */
export const receiptLines = (receipt: Receipt, style: ReceiptStyle): TemplateResult[] => [
  ...receipt.lines.map((line) =>
    row(html`${lineName(line, style)} <bdi class="why">${explainLine(line, style)}</bdi>`, lineAmount(line, style)),
  ),
  ...receiptRows(receipt, style).map(({ name, amount }) => row(name, amount)),
];

const row = (name: unknown, amount: string): TemplateResult =>
  html`<div class="line" part="line">
    <dt>${name}</dt>
    <dd>${amount}</dd>
  </div>`;
