import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: calc(var(--_u) * 3) calc(var(--_u) * 4);
    min-block-size: 2.75em;
    margin-block-end: calc(var(--_u) * 5);
  }
  .toggle {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 2px;
    padding: 3px;
    border: 1px solid var(--_border);
    border-radius: 1.5em;
  }
  .toggle label {
    display: inline-flex;
    align-items: center;
    min-block-size: 2.3em;
    padding: 0.15em 1em;
    border-radius: 1.3em;
    font-size: 0.9em;
  }
  .toggle em {
    margin-inline-start: 0.5em;
    color: var(--_success);
    font-style: normal;
  }
  .toggle label:has(:checked) {
    background: var(--till-text, CanvasText);
    color: var(--till-surface, Canvas);
  }
  .toggle label:has(:checked) em {
    color: inherit;
    opacity: 0.85;
  }
  .toggle label:has(:focus-visible) {
    outline: 3px solid color-mix(in oklab, var(--_focus) 60%, transparent);
    outline-offset: 2px;
  }
  .toggle input {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }

  .plans {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(13.5em, 100%), 1fr));
    gap: 0 calc(var(--_u) * 3);
    margin-block-end: calc(var(--_u) * -4);
  }
  .plan {
    position: relative;
    display: grid;
    grid-row: span 5;
    grid-template-rows: subgrid;
    align-content: start;
    margin-block-end: calc(var(--_u) * 4);
    padding: calc(var(--_u) * 5);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    transition: border-color 0.15s;
  }
  .plan:not(.off):hover {
    border-color: var(--_muted);
  }
  .plan.on {
    border-color: var(--_accent);
    box-shadow: inset 0 0 0 1px var(--_accent);
    background: var(--_tint);
  }
  .plan:has(> input:focus-visible) {
    outline: 3px solid color-mix(in oklab, var(--_focus) 60%, transparent);
    outline-offset: 2px;
  }
  .plan.off > :not(.reason) {
    opacity: 0.6;
  }
  .plan > input {
    appearance: none;
    position: absolute;
    inset-block-start: calc(var(--_u) * 5);
    inset-inline-end: calc(var(--_u) * 5);
    inline-size: 1.25em;
    block-size: 1.25em;
    margin: 0.12em 0 0;
    border: 1.5px solid var(--_muted);
    border-radius: 50%;
    outline: none;
  }
  .plan > input:checked {
    border: 0.4em solid var(--_accent);
  }
  /* The whole card is the label's target; what must be clicked by itself lies above it. */
  .plan > label::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
  }
  .plan .seats,
  .plan a {
    position: relative;
    z-index: 1;
  }
  .badge {
    position: absolute;
    inset-block-start: -0.85em;
    inset-inline-start: 1.2em;
    padding: 0.1em 0.8em;
    border-radius: 1em;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: max(0.75em, 12px);
    font-weight: 600;
  }
  .name {
    padding-inline-end: 2em;
    overflow-wrap: anywhere;
  }
  .mine {
    margin-inline-start: 0.5em;
    color: var(--_success);
    font-size: max(0.75em, 12px);
    font-weight: 600;
  }
  .cost {
    margin-block: calc(var(--_u) * 2) calc(var(--_u) * 3);
  }
  .cost strong {
    display: block;
    font-size: 2.07em;
    font-weight: 680;
    letter-spacing: -0.025em;
    line-height: 1.15;
  }
  .cost strong.long {
    font-size: 1.44em;
    line-height: 1.65;
  }
  .trial {
    color: var(--_success);
    font-weight: 600;
  }
  .features {
    margin-block-start: calc(var(--_u) * 2);
    font-size: max(0.9em, 13px);
  }
  .features li {
    display: flex;
    gap: 0.55em;
    padding-block: 0.2em;
  }
  .features li::before {
    content: '✓' / '';
    color: var(--_accent);
    font-weight: 700;
  }
  .features .no {
    color: var(--_muted);
  }
  .features .no::before {
    content: '–' / '';
    inline-size: 0.8em;
    color: inherit;
  }
  .seats {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25em 0.75em;
    margin-block-start: calc(var(--_u) * 3);
  }
  .plans.ghosts .plan {
    min-block-size: 19em;
  }
  .ghosts .skeleton {
    block-size: 1em;
    margin-block: 0.4em;
  }

  @container (max-width: 31rem) {
    .toggle {
      display: flex;
      inline-size: 100%;
    }
    .toggle label {
      flex: 1 1 auto;
      flex-wrap: wrap;
      justify-content: center;
      padding-inline: 0.6em;
      line-height: 1.2;
      text-align: center;
    }
    .plan {
      grid-template-columns: auto 1fr auto;
      grid-template-rows: none;
      grid-row: auto;
      gap: 0 calc(var(--_u) * 3);
      padding: calc(var(--_u) * 4);
    }
    .plan > input {
      position: static;
    }
    .plan > :not(input, .badge) {
      grid-column: 2 / 4;
    }
    .plan > .name {
      grid-column: 2;
      padding: 0;
    }
    .plan > .cost {
      grid-column: 3;
      grid-row: 1 / 3;
      margin: 0;
      text-align: end;
    }
    .plan > .description {
      grid-column: 2;
    }
    .cost strong,
    .cost strong.long {
      font-size: 1.2em;
      line-height: 1.25;
    }
    .contact > .name {
      grid-column: 1 / 3;
    }
    .features {
      columns: 2 9em;
    }
    .plan:not(.on) .features {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .plan.on {
      outline: 3px solid Highlight;
    }
  }
`;
