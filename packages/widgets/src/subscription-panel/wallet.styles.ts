import { css } from 'lit';

/** Banners with a choice, and the list of payment methods. */
export const walletStyles = css`
  .banner h3 {
    font-size: 1.1em;
  }
  .banner {
    border-radius: 0 calc(var(--_radius) * 0.5) calc(var(--_radius) * 0.5) 0;
  }
  .banner:dir(rtl) {
    border-radius: calc(var(--_radius) * 0.5) 0 0 calc(var(--_radius) * 0.5);
  }
  .banner > .primary,
  .banner > .actions {
    margin-block-start: 0.4em;
  }
  .invoices h2 {
    margin-block-end: 0.6em;
  }
  .options {
    display: grid;
    gap: 0;
    justify-self: stretch;
    margin-block-start: 0.4em;
  }
  .options li,
  .wallet li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5em 1.25em;
    min-block-size: 3.5em;
    padding-block: 0.5em;
    border-block-start: 1px solid var(--_border);
  }
  .options li {
    padding-block: 0.9em;
  }
  .options li:last-child {
    padding-block-end: 0;
  }
  .options button {
    min-inline-size: 10em;
  }
  .wallet {
    display: grid;
    gap: 0.75em;
  }
  .wallet .digits {
    margin-inline: 0.25em 0.75em;
    white-space: nowrap;
  }
  .row-actions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 1.25em;
  }
  .row-actions .plain {
    min-block-size: 44px;
  }
  .question {
    padding-inline: 1em;
    background: var(--_raised);
  }
  .asked:focus {
    outline: none;
  }
  .danger {
    border-color: var(--_danger);
    color: var(--_danger);
  }
  .ghost.row {
    min-block-size: 3.5em;
  }
  @container (max-width: 30rem) {
    .options button,
    .banner > .primary,
    .banner .actions > button {
      inline-size: 100%;
    }
    .options li > span {
      inline-size: 100%;
    }
  }
`;
