/** Defines elements in the order given, the provider first; a tag that is defined already is left alone. */
export function define(elements: Record<string, CustomElementConstructor>): void {
  for (const [tag, constructor] of Object.entries(elements)) {
    if (!customElements.get(tag)) customElements.define(tag, constructor);
  }
}
