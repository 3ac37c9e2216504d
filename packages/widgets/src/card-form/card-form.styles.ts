import { css } from 'lit';

export const styles = css`
  form {
    display: grid;
    gap: 1em;
    max-inline-size: 30rem;
  }
  .field {
    display: grid;
    gap: 0.25em;
  }
  input {
    min-block-size: 44px;
    inline-size: 100%;
    padding: 0.5em 0.75em;
    border: 1px solid color-mix(in oklab, currentColor 45%, transparent);
    border-radius: calc(var(--_radius) * 0.84);
    background: var(--till-surface, Canvas);
  }
  .fields {
    min-block-size: 12.5rem;
  }
  .probe {
    position: absolute;
    visibility: hidden;
    border-radius: calc(var(--_radius) * 0.84);
  }
`;
