import { css } from 'lit';

/**
 * The tokens and the few shapes that every widget shares. A page sets `--till-*`; what it leaves out is derived from
 * the page's own text colour, so that a widget looks at home, light or dark, before anybody has themed it.
 */
export const base = css`
  :host {
    --_accent: var(--till-accent, color-mix(in oklab, oklch(0.6 0.19 262) 78%, currentColor));
    --_on-accent: var(--till-on-accent, Canvas);
    --_danger: var(--till-danger, color-mix(in oklab, oklch(0.6 0.21 27) 78%, currentColor));
    --_success: var(--till-success, color-mix(in oklab, oklch(0.6 0.15 155) 70%, currentColor));
    --_muted: var(--till-muted, color-mix(in oklab, currentColor 66%, transparent));
    --_border: var(--till-border, color-mix(in oklab, currentColor 16%, transparent));
    --_raised: var(--till-raised, color-mix(in oklab, currentColor 4%, transparent));
    --_tint: color-mix(in oklab, var(--_accent) 8%, transparent);
    --_radius: var(--till-radius, 12px);
    display: block;
    color: var(--till-text, inherit);
    font-family: var(--till-font, inherit);
    font-variant-numeric: tabular-nums;
    line-height: 1.5;
  }
  * {
    box-sizing: border-box;
    margin: 0;
  }
  ul,
  fieldset {
    min-inline-size: 0;
    padding: 0;
    border: 0;
    list-style: none;
  }
  h2 {
    font-size: 1.2em;
    line-height: 1.3;
  }
  h2,
  h3,
  .name {
    font-weight: 650;
  }
  h3 {
    font-size: 1em;
  }
  .small {
    font-size: max(0.8333em, 12px);
  }
  .muted {
    color: var(--_muted);
  }
  .good {
    color: var(--_success);
    font-weight: 600;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: 0.5em 1em;
    min-block-size: 2.75em;
    padding-block-end: 1em;
  }
  button,
  input {
    font: inherit;
    color: inherit;
  }
  button:enabled,
  label {
    cursor: pointer;
  }
  :focus-visible {
    outline: 3px solid var(--till-focus, var(--_accent));
    outline-offset: 2px;
  }
  .primary {
    min-block-size: 3em;
    padding: 0.6em 1.4em;
    border: 0;
    border-radius: calc(var(--_radius) * 0.84);
    background: var(--_accent);
    font-weight: 650;
  }
  /* The accent is mixed with the text colour of its own element, so that what lies on it is coloured one level below. */
  .on-accent {
    color: var(--_on-accent);
  }
  .primary:hover {
    opacity: 0.85;
  }
  .error {
    padding: 0.75em 1em;
    border-inline-start: 4px solid var(--_danger);
    background: var(--_raised);
    color: var(--till-text, CanvasText);
  }
  .plain {
    padding: 0.5em 0;
    border: 0;
    background: none;
    color: var(--_accent);
    font-weight: 600;
    text-decoration: underline;
  }
`;
