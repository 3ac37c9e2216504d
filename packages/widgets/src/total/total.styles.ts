import { css } from 'lit';

export const styles = css`
  section .primary {
    inline-size: 100%;
    margin-block: 1em 0.5em;
  }
  .note {
    text-align: center;
  }
  .error {
    margin-block-start: 1em;
  }

  /* On a narrow page the sum and the button stay in sight; the receipt unfolds above them. */
  .bar,
  .beside-bar {
    display: none;
  }
  @container (max-width: 45.99rem) {
    :host([bar]) {
      position: sticky;
      inset-block-end: 0;
      z-index: 2;
      background: var(--till-surface, Canvas);
    }
    .beside-bar {
      display: block;
    }
    .bar {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 1em;
      padding-block: 0.75em;
      border-block-start: 1px solid var(--_border);
    }
    .fold {
      display: grid;
      padding: 0;
      border: 0;
      background: none;
      text-align: start;
    }
    .fold strong {
      font-size: 1.2em;
      line-height: 1.2;
    }
    .fold strong::after {
      content: ' ▴' / '';
    }
    .fold[aria-expanded='true'] strong::after {
      content: ' ▾' / '';
    }
    :host([bar]) .receipt {
      max-block-size: 60vh;
      overflow: auto;
      mask: none;
    }
    :host([bar]) :is(.folded, section .primary) {
      display: none;
    }
  }
`;
