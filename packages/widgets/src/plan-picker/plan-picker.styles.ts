import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  .toggle {
    display: flex;
    padding: 3px;
    border: 1px solid var(--_border);
    border-radius: 1.5em;
  }
  .toggle label {
    flex: auto;
    align-content: center;
    min-block-size: 2.5em;
    padding: 0.15em 1em;
    border-radius: 1.3em;
    font-size: 0.9em;
    line-height: 1.25;
    text-align: center;
  }
  .toggle em {
    color: var(--_success);
    font-style: normal;
  }
  .toggle :has(:checked) {
    background: var(--till-text, CanvasText);
    color: var(--till-surface, Canvas);
  }
  .toggle :checked ~ em {
    color: inherit;
  }
  .toggle input {
    position: absolute;
    opacity: 0;
  }

  .plans {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(13.5em, 100%), 1fr));
    gap: 0 0.75em;
  }
  .plan {
    position: relative;
    display: grid;
    grid-row: span 5;
    grid-template-rows: subgrid;
    margin-block-end: 1em;
    padding: 1.25em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--till-surface, none);
  }
  .ghost {
    min-block-size: 20em;
    background: var(--_raised);
  }
  .on {
    border-color: var(--_accent);
    box-shadow: inset 0 0 0 1px var(--_accent);
    background: var(--_tint);
  }
  :is(.plan, .toggle label):has(> input:focus-visible) {
    outline: 3px solid var(--till-focus, var(--_accent));
  }
  [name='plan'] {
    appearance: none;
    position: absolute;
    inset-block-start: 1.4em;
    inset-inline-end: 1.25em;
    inline-size: 1.25em;
    block-size: 1.25em;
    border: 1.5px solid var(--_muted);
    border-radius: 50%;
    outline: 0;
  }
  [name='plan']:checked {
    border: 0.4em solid var(--_accent);
  }
  .plan > label {
    padding-inline-end: 2em;
    overflow-wrap: anywhere;
  }
  /* The whole card is the label's target; what must be clicked by itself lies above it. */
  .plan > label::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .seats,
  a {
    z-index: 1;
  }
  .badge {
    position: absolute;
    inset-block-start: -0.85em;
    inset-inline-start: 1.2em;
    padding: 0.1em 0.8em;
    border-radius: 1em;
    background: var(--_accent);
    font-size: max(0.75em, 12px);
    font-weight: 600;
  }
  .cost {
    margin-block: 0.5em 0.75em;
  }
  .cost > * {
    display: block;
  }
  strong {
    font-size: 2.07em;
    line-height: 1.2;
  }
  strong.long {
    font-size: 1.44em;
    line-height: 1.7;
  }
  .plan ul {
    margin-block: 0.5em;
    font-size: 0.9em;
  }
  li {
    padding-block: 0.2em;
    padding-inline-start: 1.4em;
  }
  li::before {
    content: '✓' / '';
    float: inline-start;
    margin-inline-start: -1.4em;
    color: var(--_accent);
    font-weight: 700;
  }
  li.muted::before {
    content: '–' / '';
    color: inherit;
  }
  .seats {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5em;
  }

  @container (max-width: 31rem) {
    .plan {
      grid-template: auto / auto 1fr auto;
      grid-row: auto;
      gap: 0 0.75em;
      padding: 1em;
    }
    [name='plan'] {
      position: static;
    }
    .plan > label {
      padding: 0;
    }
    .plan > .description {
      grid-area: 2 / 2;
    }
    .plan > .cost {
      grid-area: 1 / 3 / 3;
      margin: 0;
      text-align: end;
    }
    .plan > :is(ul, .seats) {
      grid-column: 2 / 4;
    }
    strong,
    strong.long {
      font-size: 1.2em;
      line-height: 1.25;
    }
    .plan:not(.on) ul {
      display: none;
    }
  }
`;
