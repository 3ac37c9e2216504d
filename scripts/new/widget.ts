/** The four files of a new widget, in the form of `<till-total>`; what has to be said about it is asked for in the sentences. */

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** `gift-card` → `GiftCard`. */
const toClass = (name: string): string => name.replaceAll(/(?:^|-)([a-z])/gu, (_, letter: string) => letter.toUpperCase());

/** `gift-card` → `Gift card`. */
const toTitle = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

const source = (name: string): string => `import type { Catalog } from '@tillkit/core/catalog/catalog';
import type { Selection } from '@tillkit/core/selection/selection';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Connection } from '../provider/connection.ts';
import { base } from '../style/base.styles.ts';
import type { Texts } from '../text/texts.ts';
import { styles } from './${name}.styles.ts';

/**
 * Step …: which of the seven steps it serves, and its one promise.
 *
 * @summary What it is, in a few words.
 * @csspart base - Everything.
 */
export class Till${toClass(name)} extends LitElement {
  static override styles = [base, styles];

  /** What is sold; the provider's catalog when absent. */
  @property({ attribute: false }) catalog: Catalog | undefined;
  /** What is chosen; the provider's selection when absent. */
  @property({ attribute: false }) selection: Selection | undefined;
  /** Id of the provider it belongs to, when it does not stand inside one. */
  @property() provider: string | undefined;
  /** Words to use instead of the page language's. */
  @property({ attribute: false }) texts: Texts | undefined;

  readonly #connection = new Connection(this);

  protected override render(): TemplateResult | typeof nothing {
    const { catalog, texts } = this.#connection;
    if (!catalog) return nothing;
    return html\`<section part="base" dir=\${texts.direction}></section>\`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'till-${name}': Till${toClass(name)};
  }
}
`;

const styles = (): string => `import { css } from 'lit';

export const styles = css\`
  section {
    padding: calc(var(--_u) * 4);
  }
\`;
`;

const story = (name: string): string => `import type { Meta, StoryObj } from '@storybook/web-components-vite';
import '@tillkit/widgets';
import { define } from '@tillkit/widgets/define';
import { Till${toClass(name)} } from '@tillkit/widgets/${name}/${name}';
import { html } from 'lit';

define({ 'till-${name}': Till${toClass(name)} });

/** Every state of the widget: complete, pending, error, empty, long names, dark, Hebrew. */
const meta: Meta<Till${toClass(name)}> = {
  title: '${toTitle(name)}',
  component: 'till-${name}',
  render: ({ catalog, selection }) => html\`<till-${name} .catalog=\${catalog} .selection=\${selection}></till-${name}>\`,
};
export default meta;

type Story = StoryObj<Till${toClass(name)}>;

export const Empty: Story = {};
export const Dark: Story = { parameters: { theme: 'dark' } };
export const Hebrew: Story = { parameters: { lang: 'he' } };
`;

const test = (name: string): string => `import { fixture, fixtureCleanup, html } from '@open-wc/testing';
import '@tillkit/widgets';
import { define } from '@tillkit/widgets/define';
import { Till${toClass(name)} } from '@tillkit/widgets/${name}/${name}';
import { afterEach, describe, expect, it } from 'vitest';

define({ 'till-${name}': Till${toClass(name)} });
afterEach(() => fixtureCleanup());

describe('<till-${name}>', () => {
  it('shows nothing while there is no catalog', async () => {
    const widget = await fixture<Till${toClass(name)}>(html\`<till-${name}></till-${name}>\`);
    expect(widget.shadowRoot?.querySelector('[part=base]')).toBeNull();
  });
});
`;

/** Source, styles, story and test of `<till-NAME>`; `name` is kebab-case without the prefix. */
export function widgetFiles(name: string): NewFile[] {
  return [
    { path: `packages/widgets/src/${name}/${name}.ts`, text: source(name) },
    { path: `packages/widgets/src/${name}/${name}.styles.ts`, text: styles() },
    { path: `stories/${name}.stories.ts`, text: story(name) },
    { path: `test/widgets/${name}.test.ts`, text: test(name) },
  ];
}
