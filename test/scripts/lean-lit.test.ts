import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutOut, leanLit } from '../../scripts/build/lean-lit.ts';
import { litCuts } from '../../scripts/build/lit-cuts.ts';

const litHtml = (): string => readFileSync(new URL('../../node_modules/lit-html/lit-html.js', import.meta.url), 'utf8');
const widget = '/somewhere/packages/widgets/src/total/total.ts';
const transform = (code: string): unknown => (leanLit().transform as (code: string, id: string) => unknown)(code, widget);

describe('lean Lit', () => {
  it('finds every passage in the installed lit-html, and leaves less', () => {
    const cuts = litCuts['/lit-html/lit-html.js'] ?? [];
    expect(cuts.length).toBeGreaterThan(0);
    expect(cutOut(litHtml(), cuts, 'lit-html').length).toBeLessThan(litHtml().length * 0.8);
  });

  it('refuses another lit-html by name', () => {
    expect(() => cutOut('export const html = 1;', [['a passage of 3.3.3']], '/lit-html/lit-html.js')).toThrow(
      '/lit-html/lit-html.js has no passage',
    );
  });

  it.each([
    `import { repeat } from 'lit/directives/repeat.js';`,
    `@property({ reflect: true }) open = false;`,
    `@property({ type: Object }) value = {};`,
    `@property({ converter: toDate }) date: Date;`,
    `static override properties = { a: {} };`,
    'html`<textarea>${note}</textarea>`;',
    'html`<!-- ${note} -->`;',
    'svg`<path d=${d} />`;',
    'html`<button @click=${{ handleEvent: pay, once: true }}></button>`;',
  ])('refuses a widget that writes %s', (code) => {
    expect(() => transform(code)).toThrow(`${widget} uses`);
  });

  it('accepts what widgets write', () => {
    expect(transform('@property({ type: Boolean }) bar = false; html`<textarea .value=${note}></textarea><svg></svg>`;')).toBeNull();
  });
});
