import { css } from 'lit';

export const styles = css`
  footer {
    margin-block-start: calc(var(--_u) * 2);
  }
  footer .primary {
    inline-size: 100%;
    margin-block: calc(var(--_u) * 4) calc(var(--_u) * 2);
  }
  footer .note {
    text-align: center;
  }
  .error {
    margin-block-start: calc(var(--_u) * 4);
  }
  .sum dd.tick {
    animation: tick 0.18s ease-out;
  }
  @keyframes tick {
    from {
      opacity: 0.4;
      transform: translateY(0.12em);
    }
  }
  .line.skeleton {
    block-size: 1.5em;
    margin-block: calc(var(--_u) * 2);
  }

  /* On a narrow page the sum and the button stay in sight; the receipt unfolds above them. */
  .bar {
    display: none;
  }
  @container (max-width: 46rem) {
    :host([bar]) {
      position: sticky;
      inset-block-end: 0;
      z-index: 1;
    }
    :host([bar]) .bar {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: calc(var(--_u) * 3);
      padding: calc(var(--_u) * 3) 0 max(calc(var(--_u) * 3), env(safe-area-inset-bottom));
      border-block-start: 1px solid var(--_border);
      background: var(--till-surface, Canvas);
    }
    :host([bar]) .bar button.fold {
      display: grid;
      gap: 0;
      padding: 0.25em 0;
      border: 0;
      background: none;
      text-align: start;
    }
    :host([bar]) .bar strong {
      font-size: 1.2em;
      line-height: 1.2;
    }
    :host([bar]) .bar strong::after {
      content: '';
      display: inline-block;
      inline-size: 0.45em;
      block-size: 0.45em;
      margin-inline-start: 0.5em;
      border: solid currentColor;
      border-width: 2px 0 0 2px;
      rotate: 45deg;
      translate: 0 0.1em;
      transition: rotate 0.15s;
    }
    :host([bar]) .bar [aria-expanded='true'] strong::after {
      rotate: 225deg;
      translate: 0 -0.1em;
    }
    :host([bar]) .receipt {
      max-block-size: 60vh;
      overflow: auto;
      background: linear-gradient(var(--_raised), var(--_raised)), var(--till-surface, Canvas);
      mask: none;
    }
    :host([bar]) .receipt.folded,
    :host([bar]) footer .primary {
      display: none;
    }
  }
`;
