import { css } from 'lit';

export const styles = css`
  :host {
    container-type: inline-size;
  }
  /* the page keeps room for the catalog, which is not there any more */
  :host(:state(complete)) {
    min-block-size: 0 !important;
  }
  .grid,
  .choices {
    display: grid;
    gap: 2.5em 2em;
    align-items: start;
  }
  .choices {
    min-inline-size: 0;
  }
  @container (min-width: 46rem) {
    .grid {
      grid-template-columns: minmax(0, 1fr) minmax(17rem, 21.25rem);
    }
    till-total {
      position: sticky;
      inset-block-start: 1.25rem;
    }
  }
`;
