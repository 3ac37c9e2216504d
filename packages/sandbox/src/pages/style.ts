/** The look that all pages of the sandbox share: type, colors, fields, buttons; light and dark. */
export const baseStyle = `
:root {
  --text: oklch(24% 0.02 265); --muted: oklch(50% 0.02 265); --surface: oklch(99% 0.003 265); --raised: white;
  --aside: oklch(96.5% 0.008 265); --line: oklch(89% 0.01 265); --field: oklch(62% 0.015 265);
  --accent: oklch(47% 0.19 277); --on-accent: white; --danger: oklch(48% 0.18 27); --danger-soft: oklch(96% 0.02 27);
  --success: oklch(45% 0.11 155); --warning: oklch(47% 0.1 75);
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: oklch(93% 0.008 265); --muted: oklch(73% 0.015 265); --surface: oklch(20% 0.015 265); --raised: oklch(24% 0.017 265);
    --aside: oklch(17% 0.015 265); --line: oklch(33% 0.018 265); --field: oklch(58% 0.02 265);
    --accent: oklch(76% 0.12 280); --on-accent: oklch(18% 0.05 277); --danger: oklch(77% 0.13 25); --danger-soft: oklch(28% 0.05 25);
    --success: oklch(79% 0.12 155); --warning: oklch(82% 0.1 80);
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; color: var(--text); background: var(--surface); -webkit-text-size-adjust: 100%; }
body { margin: 0; }
h1, h2, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.2rem; line-height: 1.3; font-weight: 600; }
h2 { font-size: 1rem; font-weight: 600; }
ul, ol { list-style: none; }
a { color: var(--accent); text-underline-offset: 0.2em; }
.muted { color: var(--muted); }
.small { font-size: 0.875rem; }
.figures { font-variant-numeric: tabular-nums; }
button, .button {
  font: inherit; font-weight: 600; min-height: 44px; padding: 8px 20px; border-radius: 8px; border: 1px solid transparent; cursor: pointer;
  background: var(--accent); color: var(--on-accent);
}
button.quiet { background: transparent; color: var(--text); border-color: var(--field); }
button:disabled { opacity: 0.55; cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.field { display: grid; gap: 4px; }
.field label { font-size: 0.875rem; font-weight: 500; }
input {
  font: inherit; width: 100%; min-height: 44px; padding: 8px 12px; color: inherit; background: var(--raised); border: 1px solid var(--field); border-radius: 8px;
}
input[aria-invalid="true"] { border-color: var(--danger); }
.alert { padding: 12px 16px; border-radius: 8px; background: var(--danger-soft); color: var(--danger); border: 1px solid currentColor; }
.badge { display: inline-block; font-size: 0.8125rem; font-weight: 600; padding: 0 8px; border-radius: 999px; border: 1px solid currentColor; color: var(--warning); }
`;
