/** The look of the control page, on top of what all pages share. */
export const controlStyle = `
body { background: var(--aside); font-variant-numeric: tabular-nums; }
header { position: sticky; top: 0; z-index: 1; background: var(--surface); border-bottom: 1px solid var(--line); }
.bar { max-width: 78rem; margin: auto; padding: 12px 20px; display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: center; justify-content: space-between; }
h1 { font-size: 0.875rem; color: var(--muted); font-weight: 500; }
time { display: block; font-size: 1.35rem; font-weight: 650; line-height: 1.2; }
.turn { display: flex; flex-wrap: wrap; gap: 8px; }
.turn button { padding: 8px 14px; }
main { max-width: 78rem; margin: auto; padding: 20px; display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr) 20rem; align-items: start; }
.lists, aside { display: grid; gap: 20px; min-width: 0; }
section { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; padding: 16px 20px; min-width: 0; }
section h2 { margin-bottom: 8px; }
.alert { max-width: 75.5rem; margin: 16px auto 0; }
form { display: grid; gap: 12px; }
select { font: inherit; width: 100%; min-height: 44px; padding: 8px 12px; color: inherit; background: var(--raised); border: 1px solid var(--field); border-radius: 8px; }
.stack { display: grid; gap: 12px; }
a.button { display: grid; place-items: center; text-decoration: none; }
.quiet { background: transparent; color: var(--text); border-color: var(--field); }
button.danger { background: transparent; color: var(--danger); border-color: currentColor; }
li, .customer { border-top: 1px solid var(--line); padding: 8px 0; }
li:first-child, .customer:first-child { border-top: 0; }
.row { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
.row > :first-child { font-weight: 550; overflow-wrap: anywhere; }
.row .end { margin-inline-start: auto; }
.id { color: var(--muted); font: 0.8125rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.state { font-size: 0.8125rem; font-weight: 600; padding: 0 8px; border-radius: 999px; border: 1px solid currentColor; color: var(--muted); white-space: nowrap; }
.state.good { color: var(--success); } .state.bad { color: var(--danger); } .state.wait { color: var(--warning); }
.hands { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.hands button { font-weight: 500; font-size: 0.875rem; padding: 6px 12px; }
details > summary { cursor: pointer; padding: 4px 0 4px 18px; text-indent: -18px; overflow-wrap: anywhere; }
pre { margin: 8px 0 0; padding: 12px; overflow: auto; max-height: 24rem; font-size: 0.8125rem; line-height: 1.5; background: var(--aside); border: 1px solid var(--line); border-radius: 8px; }
ul.inner { margin: 4px 0 0 12px; }
ul.inner li { border: 0; padding: 2px 0; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) { header { position: static; } main { padding: 12px; gap: 12px; } .bar { padding: 12px; } .turn button { flex: 1 1 auto; } section { padding: 12px 14px; } }
`;
