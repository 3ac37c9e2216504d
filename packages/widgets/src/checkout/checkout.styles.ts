import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  .grid {
    display: grid;
    gap: calc(var(--_u) * 10) calc(var(--_u) * 8);
  }
  .choices {
    display: grid;
    gap: calc(var(--_u) * 10);
    align-content: start;
    min-inline-size: 0;
  }
  @container (min-width: 46.01rem) {
    .grid {
      grid-template-columns: minmax(0, 1fr) minmax(17rem, 21.25rem);
      align-items: start;
    }
    till-total {
      position: sticky;
      inset-block-start: 1.25rem;
    }
  }
  .products {
    display: grid;
    gap: calc(var(--_u) * 3);
  }
  .product {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: 0 calc(var(--_u) * 4);
    align-items: center;
    padding-block: calc(var(--_u) * 3);
    border-block-end: 1px solid var(--_border);
  }
  .product input[type='radio'] {
    inline-size: 1.25em;
    block-size: 1.25em;
    accent-color: var(--_accent);
  }
  .done {
    max-inline-size: 26rem;
    margin-inline: auto;
  }
  .done h2:focus {
    outline: none;
  }
  .stamp {
    display: inline-block;
    margin-block-start: calc(var(--_u) * 2);
    padding: 0.1em 0.8em;
    border: 2px solid var(--_success);
    border-radius: 6px;
    color: var(--_success);
    font-weight: 700;
    rotate: -4deg;
    animation: stamp 0.18s ease-out;
  }
  @keyframes stamp {
    from {
      opacity: 0;
      transform: scale(1.5);
    }
  }
`;
