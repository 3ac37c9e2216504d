import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  li {
    display: grid;
    grid-template-columns: auto 1fr auto auto;
    gap: 0 1.25em;
    align-items: center;
    min-block-size: 5.25em;
    padding-block: 0.75em;
    border-block-start: 1px solid var(--_border);
  }
  ul {
    border-block-end: 1px solid var(--_border);
  }
  img {
    inline-size: 3em;
    block-size: 3em;
    object-fit: cover;
  }
  .what {
    grid-column: 2;
    overflow-wrap: anywhere;
  }
  .what:first-child {
    grid-column: 1 / 3;
  }
  .choose {
    min-inline-size: 9em;
    text-align: end;
  }
  label {
    display: inline-grid;
    place-items: center;
    min-block-size: 44px;
    min-inline-size: 44px;
  }
  [type='checkbox'] {
    inline-size: 1.4em;
    block-size: 1.4em;
    accent-color: var(--_accent);
  }
  @container (max-width: 30rem) {
    li {
      grid-template-columns: auto 1fr auto;
    }
    .price {
      grid-area: 2 / 1 / 3 / 3;
    }
    .choose {
      grid-area: 1 / 3 / 3;
      min-inline-size: 0;
    }
  }
`;
