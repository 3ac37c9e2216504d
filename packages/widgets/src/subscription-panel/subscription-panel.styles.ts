import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  .panel {
    display: grid;
    gap: 2em;
  }
  .sub,
  .sub > section {
    display: grid;
    gap: 1em;
  }
  .sub {
    padding: 1.25em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .sub .head {
    min-block-size: 0;
    padding: 0;
    border: 0;
    margin: 0;
    text-align: start;
  }
  .sub h2 {
    font-size: 1.44em;
    line-height: 1.25;
  }
  h2:focus,
  h3:focus {
    outline: none;
  }
  h3 {
    font-size: 1em;
    font-weight: 650;
  }
  .status {
    padding: 0.1em 0.8em;
    border: 1px solid;
    border-radius: 1em;
    font-weight: 600;
  }
  .bad {
    color: var(--_danger);
  }
  .banner {
    display: grid;
    gap: 0.6em;
    justify-items: start;
    padding: 1em;
    border-inline-start: 4px solid var(--_accent);
    background: var(--_raised);
  }
  .banner.bad {
    border-color: var(--_danger);
    color: inherit;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5em 1.25em;
  }
  .secondary {
    min-block-size: 2.75em;
    padding: 0.5em 1.2em;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.84);
    background: none;
    font-weight: 600;
  }
  .secondary:hover {
    border-color: currentColor;
  }
  button:disabled {
    opacity: 0.5;
  }
  .receipt {
    padding: 1em 1.25em 1.5em;
    border-radius: 0;
  }
  .sum.small dd {
    font-size: 1.2em;
  }
  .compare {
    display: grid;
    gap: 1em;
  }
  .pickers {
    display: grid;
    gap: 2em;
  }
  @container (min-width: 40rem) {
    .compare {
      grid-template-columns: 1fr 1fr;
    }
  }
  select {
    min-block-size: 44px;
    padding-inline: 0.6em;
    border: 1px solid var(--_border);
    border-radius: 8px;
    background: Field;
    color: FieldText;
    font: inherit;
  }
  .field {
    display: grid;
    gap: 0.25em;
    justify-items: start;
  }
  .invoices li {
    display: grid;
    grid-template-columns: 1fr auto auto;
    gap: 0 1.25em;
    align-items: center;
    min-block-size: 3em;
    border-block-start: 1px solid var(--_border);
  }
  .invoices a {
    display: inline-grid;
    align-items: center;
    min-block-size: 44px;
  }
  .ghost {
    min-block-size: 14em;
    background: var(--_raised);
  }
`;
