/**
 * The HTML that an owner pastes.
 *
 * Promise: the tag reserves at least the room that it will take, before the script has run and afterwards, so that what
 * stands below it never moves. The numbers follow the default look; `npm run figures -- layout-shift` measures them.
 */
import type { CatalogFile } from '@tillkit/core/catalog/catalog-file';

/** Heights in pixels at 16 px text, each the largest that occurs. */
const height = {
  /** Heading and interval toggle, which stand below each other on a narrow page. */
  head: 64,
  narrowHead: 104,
  /** A row of plan cards without features: name, price, trial, two lines of description, seats. */
  card: 270,
  /** A plan in the list of a narrow page, and what the chosen one shows besides its features. */
  listed: 118,
  chosen: 90,
  feature: 28,
  /** An add-on; on a narrow page its price stands below its description. */
  addOn: 82,
  narrowAddOn: 106,
  /** Between plans, add-ons and total. */
  gap: 40,
  /** The bar with sum and button at the bottom of a narrow page, and the receipt beside the plans of a wide one. */
  bar: 76,
  receipt: 420,
};

/** Widths in pixels at which the widgets change their layout (checkout.styles, plan-picker.styles, add-on-selector.styles). */
const layout = { beside: 736, receipt: 372, list: 496, card: 216, cardGap: 12, narrowAddOns: 480 };

/** Viewport widths in pixels from which one reserved height holds, and how much of a window a page leaves to its content at least. */
const windows = [0, 480, 736, 1024, 1280];
const widest = 1600;
const margins = 96;

/** Script tag, reserved height and `<till-checkout>`, for a server's origin. */
export function snippet(file: CatalogFile, server: string): string {
  const rules = windows.map((from, index) => {
    const rule = `till-checkout { display: block; min-height: ${highest(file, from, windows[index + 1] ?? widest)}px; }`;
    return from === 0 ? `  ${rule}` : `  @media (min-width: ${from}px) { ${rule} }`;
  });
  return [
    `<style>`,
    ...rules,
    `</style>`,
    `<script type="module" src="${server}/till.js"></script>`,
    `<till-checkout></till-checkout>`,
  ].join('\n');
}

/** The largest height between two widths of the window, with and without margins. */
function highest(file: CatalogFile, from: number, to: number): number {
  const narrowest = Math.max(280, from - margins);
  const heights = Array.from({ length: Math.ceil((to - narrowest) / 8) }, (_, step) => heightAt(file, narrowest + step * 8));
  return Math.ceil(Math.max(...heights) / 10) * 10;
}

/** Height of `<till-checkout>` in a column of this width. */
function heightAt(file: CatalogFile, width: number): number {
  const beside = width > layout.beside;
  const choices = beside ? width - layout.receipt : width;
  const addOns =
    file.addOns.length &&
    height.head + file.addOns.length * (choices > layout.narrowAddOns ? height.addOn : height.narrowAddOn) + height.gap;
  const left = plansHeight(file, choices) + addOns;
  return beside ? Math.max(left, height.receipt) : left + height.gap + height.bar;
}

function plansHeight({ plans }: CatalogFile, width: number): number {
  const features = Math.max(0, ...plans.map((plan) => plan.features.length)) * height.feature;
  if (width <= layout.list) return height.narrowHead + plans.length * height.listed + height.chosen + features;
  const columns = Math.max(1, Math.floor((width + layout.cardGap) / (layout.card + layout.cardGap)));
  return height.head + Math.ceil(plans.length / columns) * (height.card + features);
}
