import { css } from 'lit';

export const styles = css`
  form {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 0.25em 0.75em;
    align-items: end;
    max-inline-size: 30rem;
  }
  label {
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
  button {
    min-block-size: 44px;
  }
  .error {
    grid-column: 1 / -1;
  }
`;
