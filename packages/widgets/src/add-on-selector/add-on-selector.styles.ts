import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    gap: 0 1em;
    padding-block-end: calc(var(--_u) * 4);
  }
  ul {
    border-block-start: 1px solid var(--_border);
  }
  li {
    display: grid;
    grid-template-columns: auto 1fr auto auto;
    gap: 0 calc(var(--_u) * 5);
    align-items: center;
    min-block-size: 5.25em;
    padding-block: calc(var(--_u) * 3);
    border-block-end: 1px solid var(--_border);
  }
  .what {
    grid-column: 2;
    overflow-wrap: anywhere;
  }
  img {
    inline-size: 3em;
    block-size: 3em;
    border-radius: 8px;
    object-fit: cover;
  }
  .what:first-child {
    grid-column: 1 / 3;
  }
  .price {
    text-align: end;
  }
  .choose {
    min-inline-size: 9em;
    text-align: end;
  }
  .off .what,
  .off .price {
    color: var(--_muted);
  }
  .toggle {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-inline-size: 44px;
    min-block-size: 44px;
  }
  .toggle input {
    inline-size: 1.4em;
    block-size: 1.4em;
    margin: 0;
    accent-color: var(--_accent);
  }
  .notice {
    padding-block: calc(var(--_u) * 3) 0;
  }
  .notice:empty {
    display: none;
  }
  @container (max-width: 30rem) {
    li {
      grid-template-columns: auto 1fr auto;
      gap: 0 calc(var(--_u) * 4);
    }
    .price {
      grid-column: 1 / 3;
      grid-row: 2;
      text-align: start;
    }
    .choose {
      min-inline-size: 0;
      grid-row: 1 / 3;
      grid-column: 3;
    }
  }
`;
