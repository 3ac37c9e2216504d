import { css } from 'lit';

/** A well-set receipt: what, how many, dotted leader, how much; a rule above the sum. Total, confirmation, invoices. */
export const receipt = css`
  .receipt {
    padding: 1.5em 1.25em 2em;
    border-radius: var(--_radius) var(--_radius) 0 0;
    background: var(--_raised);
    mask: conic-gradient(from -45deg at bottom, #0000, #000 1deg 89deg, #0000 90deg) 50% / 14px 100%;
  }
  header {
    padding-block-end: 1em;
    margin-block-end: 0.75em;
    border-block-end: 1px dashed var(--_border);
    text-align: center;
  }
  .line,
  .sum {
    display: flex;
    align-items: baseline;
    gap: 0.4em;
    padding-block: 0.25em;
  }
  .line::before {
    content: '';
    order: 1;
    flex: 1;
    border-block-end: 1px dotted var(--_muted);
    translate: 0 -0.2em;
  }
  dt {
    overflow-wrap: anywhere;
  }
  dd {
    order: 2;
    white-space: nowrap;
  }
  .why {
    display: inline-block;
    color: var(--_muted);
    font-size: max(0.8333em, 12px);
  }
  .sum {
    justify-content: space-between;
    margin-block-start: 0.75em;
    padding-block: 0.75em 0.5em;
    border-block-start: 1px solid;
    font-weight: 650;
  }
  .sum dd {
    font-size: 1.728em;
    line-height: 1.2;
  }
`;
