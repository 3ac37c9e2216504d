import { css } from 'lit';

/**
 * The tokens and the few shapes that every widget shares. A page sets `--till-*`; what it leaves out is derived from
 * the page's own text colour and font, so that a widget looks at home before anybody has themed it.
 */
export const base = css`
  :host {
    --_accent: var(--till-accent, oklch(0.52 0.16 262));
    --_on-accent: var(--till-on-accent, #fff);
    --_danger: var(--till-danger, oklch(0.52 0.19 27));
    --_success: var(--till-success, oklch(0.5 0.12 155));
    --_text: var(--till-text, currentColor);
    --_muted: var(--till-muted, color-mix(in oklab, currentColor 66%, transparent));
    --_border: var(--till-border, color-mix(in oklab, currentColor 16%, transparent));
    --_surface: var(--till-surface, transparent);
    --_raised: var(--till-raised, color-mix(in oklab, currentColor 4%, transparent));
    --_tint: color-mix(in oklab, var(--_accent) 7%, transparent);
    --_focus: var(--till-focus, var(--_accent));
    --_radius: var(--till-radius, 12px);
    --_u: var(--till-space, 0.25em);
    display: block;
    color: var(--till-text, inherit);
    font-family: var(--till-font, inherit);
    font-variant-numeric: tabular-nums;
    line-height: 1.5;
    text-align: start;
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_accent: var(--till-accent, light-dark(oklch(0.52 0.16 262), oklch(0.76 0.12 262)));
      --_on-accent: var(--till-on-accent, light-dark(#fff, oklch(0.2 0.04 262)));
      --_danger: var(--till-danger, light-dark(oklch(0.52 0.19 27), oklch(0.76 0.14 27)));
      --_success: var(--till-success, light-dark(oklch(0.5 0.12 155), oklch(0.8 0.13 155)));
      --_tint: color-mix(in oklab, var(--_accent) light-dark(7%, 14%), transparent);
    }
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  fieldset,
  legend {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  h2 {
    font-size: 1.2em;
    font-weight: 650;
    line-height: 1.3;
  }
  h3,
  .name {
    font-size: 1em;
    font-weight: 650;
  }
  ul,
  ol {
    list-style: none;
  }
  .small {
    font-size: max(0.8333em, 12px);
  }
  .muted {
    color: var(--_muted);
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button,
  label {
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  :focus-visible {
    outline: 3px solid color-mix(in oklab, var(--_focus) 60%, transparent);
    outline-offset: 2px;
  }
  .primary {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-block-size: 3em;
    padding: 0.6em 1.4em;
    border: 0;
    border-radius: calc(var(--_radius) * 0.84);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 650;
    text-decoration: none;
    transition: opacity 0.15s;
  }
  .primary:hover {
    opacity: 0.9;
  }
  .primary[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  .error {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: calc(var(--_u) * 2) calc(var(--_u) * 3);
    padding: calc(var(--_u) * 3) calc(var(--_u) * 4);
    border-radius: calc(var(--_radius) * 0.84);
    border-inline-start: 4px solid var(--_danger);
    background: color-mix(in oklab, var(--_danger) 9%, transparent);
  }
  .plain {
    padding: 0.25em 0;
    border: 0;
    background: none;
    color: var(--_accent);
    font-weight: 600;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  .skeleton {
    border-radius: 6px;
    background: var(--_border);
    opacity: 0.7;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      transition: none !important;
      animation: none !important;
    }
  }
`;
