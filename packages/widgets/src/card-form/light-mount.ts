/**
 * A place for Stripe's iframe in the document's light DOM, seen through any number of shadow roots: Stripe.js refuses to
 * mount inside one.
 *
 * In every tree on the way up a `<slot>` is planted that hands the place one level further in.
 */
export interface LightMount {
  /** Lies in the document itself. */
  readonly place: HTMLElement;
  remove(): void;
}

/** Plants the place for `host`, whose shadow root has a `<slot name=${name}>`. */
export function plantMount(host: HTMLElement, name: string): LightMount {
  const planted: HTMLElement[] = [];
  const plant = <Tag extends HTMLElement>(into: HTMLElement, element: Tag): Tag => {
    element.slot = name;
    into.append(element);
    planted.push(element);
    return element;
  };
  let outer = host;
  for (let root = outer.getRootNode(); root instanceof ShadowRoot; root = outer.getRootNode()) {
    plant(outer, document.createElement('slot')).name = name;
    outer = root.host as HTMLElement;
  }
  const place = plant(outer, document.createElement('div'));
  return { place, remove: () => planted.forEach((element) => element.remove()) };
}
