import { css } from 'lit';

export const styles = css`
  form {
    display: grid;
    gap: 0.75em;
    max-inline-size: 26rem;
  }
  label {
    display: grid;
    gap: 0.25em;
    font-weight: 600;
  }
  input {
    min-block-size: 48px;
    inline-size: 100%;
    padding: 0.5em 0.75em;
    border: 1px solid color-mix(in oklab, currentColor 45%, transparent);
    border-radius: calc(var(--_radius) * 0.84);
    background: var(--till-surface, Canvas);
  }
  .code {
    /* wide enough for "0000 0000" and no wider */
    max-inline-size: 13ch;
    font-size: 1.5em;
    font-weight: 600;
    letter-spacing: 0.08em;
  }
  [dir='rtl'] .code {
    justify-self: start;
  }
  .address {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .primary {
    justify-self: start;
  }
  .primary:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1.5em;
  }
  .plain {
    min-block-size: 44px;
  }
  .plain[aria-disabled='true'] {
    color: var(--_muted);
    text-decoration: none;
    cursor: default;
  }
`;
