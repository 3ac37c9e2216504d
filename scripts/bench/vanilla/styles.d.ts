/** The style sheets of three widgets as text; the bundler fills them in (scripts/figures/vanilla-page.ts). */
declare module 'bench:styles' {
  const styles: Readonly<Record<'picker' | 'addOns' | 'total', string>>;
  export default styles;
}
