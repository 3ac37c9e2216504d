/**
 * A place for Stripe's iframe in the document's light DOM, seen through any number of shadow roots: Stripe.js refuses to
 * mount inside one.
 *
 * In every tree on the way up a slot is planted that hands the place one level further in.
 */
export interface LightMount {
  /** Lies in the document itself. */
  readonly place: HTMLElement;
  remove(): void;
}

/** Plants the place for the slot `inner` of `host`; `unique` names the slots on the way, so that two hosts never mix. */
export function plantMount(host: HTMLElement, inner: string, unique: string): LightMount {
  const planted: HTMLElement[] = [];
  let slot = inner;
  let outer = host;
  const plant = <Kind extends HTMLElement>(element: Kind): Kind => {
    element.slot = slot;
    outer.append(element);
    planted.push(element);
    return element;
  };
  for (let root = outer.getRootNode(); root instanceof ShadowRoot; root = outer.getRootNode()) {
    plant(document.createElement('slot')).name = unique;
    slot = unique;
    outer = root.host as HTMLElement;
  }
  const place = plant(document.createElement('div'));
  return { place, remove: () => planted.forEach((element) => element.remove()) };
}
